//! Dropbox Sign's JSON and forms and the meaning of their values. Answers are read tolerantly, requests written exactly.

pub(crate) mod answer;
pub(crate) mod fields;
pub(crate) mod flexible;
pub(crate) mod form;
pub(crate) mod marks;
pub(crate) mod request;
pub(crate) mod search;
pub(crate) mod status;
pub(crate) mod template;
