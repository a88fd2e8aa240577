//! A participant set as it is changed: whom it names stays, or makes room for another.

use serde::Deserialize;
use serde_json::{Value, json};

use super::flexible;

/// A set as it was read; what a change has to repeat.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetAnswer {
    #[serde(default, deserialize_with = "flexible::text")]
    role: Option<String>,
    #[serde(default, deserialize_with = "flexible::number")]
    order: Option<u32>,
    #[serde(default, deserialize_with = "flexible::list")]
    member_infos: Vec<MemberInfo>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemberInfo {
    #[serde(default, deserialize_with = "flexible::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "flexible::text")]
    status: Option<String>,
    #[serde(default)]
    security_option: Value,
}

impl MemberInfo {
    fn is(&self, email: &str) -> bool {
        self.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email))
    }

    fn is_replaced(&self) -> bool {
        self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("REPLACED"))
    }
}

impl SetAnswer {
    /// How this member proves himself, if by anything.
    pub(crate) fn proof(&self, email: &str) -> Option<&str> {
        let member = self.member_infos.iter().find(|member| member.is(email) && !member.is_replaced())?;
        let method = member.security_option.get("authenticationMethod").and_then(Value::as_str)?;
        (!method.eq_ignore_ascii_case("NONE")).then_some(method)
    }

    /// The set with another member in the place of this one. Those who were replaced before are not named again.
    pub(crate) fn replacing(&self, id: &str, email: &str, new: &str) -> Value {
        let members: Vec<Value> = self
            .member_infos
            .iter()
            .filter(|member| !member.is_replaced())
            .map(|member| match member.is(email) {
                true => json!({ "email": new, "securityOption": { "authenticationMethod": "NONE" } }),
                false => json!({ "email": member.email, "securityOption": member.security_option }),
            })
            .collect();
        json!({ "id": id, "role": self.role, "order": self.order, "memberInfos": members })
    }
}
