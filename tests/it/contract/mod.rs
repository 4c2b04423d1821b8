//! What holds over the whole project: layout, documents, tables.

mod openapi;
mod quirks;
mod source;
mod tidy;
