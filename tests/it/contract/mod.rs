//! What holds over the whole project: layout, documents, tables.

mod source;
mod tidy;
