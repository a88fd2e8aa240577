//! DocuSign's JSON and the meaning of its values. Answers are read tolerantly, requests written exactly.

pub(crate) mod answer;
pub(crate) mod composition;
pub(crate) mod correction;
pub(crate) mod definition;
pub(crate) mod filling;
pub(crate) mod flexible;
pub(crate) mod identity;
pub(crate) mod marks;
pub(crate) mod recipient;
pub(crate) mod status;
pub(crate) mod tabs;
pub(crate) mod template;
pub(crate) mod template_definition;
pub(crate) mod workflow;
