//! The dialect through its requests and answers, without sockets; from the fact sheet.

mod acting;
mod asynchrony;
mod authority;
mod clients;
mod library;
mod placing;
mod world;
