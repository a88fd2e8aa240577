//! Answers that have to be JSON objects.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A `T` that is written as a JSON object and nothing else.
///
/// Derived readers also take a list, member by member, and a struct whose members may all be absent takes any list at
/// all: what is no answer would be read as an empty one.
///
/// ```
/// use serde::Deserialize;
/// use signbridge_core::Object;
///
/// #[derive(Deserialize)]
/// struct Listed {
///     #[serde(default)]
///     envelopes: Vec<String>,
/// }
///
/// assert!(serde_json::from_str::<Listed>("[]").is_ok_and(|listed| listed.envelopes.is_empty()));
/// assert!(serde_json::from_str::<Object<Listed>>("[]").is_err());
/// assert!(serde_json::from_str::<Object<Listed>>("{}").is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}
