//! What holds over the whole project: layout, documents, tables.

mod quirks;
mod source;
mod tidy;
