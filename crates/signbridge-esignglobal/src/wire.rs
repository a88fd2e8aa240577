//! eSignGlobal's JSON and the meaning of its values. Answers are read tolerantly, requests written exactly.

pub(crate) mod answer;
pub(crate) mod definition;
pub(crate) mod flexible;
pub(crate) mod mark;
pub(crate) mod status;
pub(crate) mod template;
