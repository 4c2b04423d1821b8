//! What holds over the whole project: layout, documents, tables.

mod answers;
mod coverage;
mod openapi;
mod pages;
mod quirks;
mod source;
mod tidy;
