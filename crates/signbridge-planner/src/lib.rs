//! Which eSignature provider, which plan, and is it lawful there: answers that can be defended.
//!
//! Figures are observations with source, date and confidence ([`data`]); costs are exact intervals with their
//! arithmetic ([`cost`]); what nobody knows is said to be unknown, never guessed.
//!
//! ```
//! use signbridge_planner::{Conclusion, Data, Scenario, plan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let data = Data::embedded()?;
//! let scenario = Scenario::parse(
//!     r#"
//!     seats = 1
//!     envelopes = 5          # a month
//!     jurisdiction = "US"
//!     "#,
//! )?;
//! let answer = plan(&data, &scenario, &[])?;
//! assert_eq!(answer.ranking.conclusion, Conclusion::Cheapest);
//! let cheapest = answer.leaders().next().ok_or("a plan does")?;
//! assert_eq!(cheapest.plan.id, "docusign.personal");
//! assert_eq!(cheapest.cost.ok_or("it has a cost")?.to_string(), "$120.00");
//! let subscription = cheapest.readings[0].ways[0].lines.last().ok_or("it is computed")?;
//! assert_eq!(subscription.to_string(), "subscription: $10.00 × 12 = $120.00");
//!
//! // A qualified signature in Germany is sold by quotation only: no number is made up.
//! let scenario = Scenario::parse("envelopes = 20\njurisdiction = 'DE'\nlevel = 'qualified'")?;
//! let answer = plan(&data, &scenario, &[])?;
//! assert_eq!(answer.ranking.conclusion, Conclusion::NoPublishedPrice);
//! # Ok(())
//! # }
//! ```
//!
//! Pure functions: no I/O, no clock, no network. Amounts are United States list prices in US dollars before tax, for a
//! year. On the law this crate names statutes and what was recorded of them; that is not legal advice.

mod adapter;
mod choose;
pub mod cost;
pub mod data;
mod feature;
pub mod law;
mod limits;
mod money;
mod observation;
mod plan;
mod rank;
pub mod report;
mod scenario;

pub use choose::{Choice, ChooseError, Considered, Route, choose};
pub use data::{Data, DataError};
pub use feature::{Answer, Feature, Region, of_level};
pub use limits::{LimitCheck, check_limits};
pub use money::{Interval, Money, MoneyError, PerUnit};
pub use observation::{Confidence, Evidence, Observation, Origin, Readings, Standing};
pub use plan::{Plan, PlanError, plan};
pub use rank::{Conclusion, Ranking, rank};
pub use scenario::{MOST_A_MONTH, MOST_SEATS, OveragePolicy, Scenario, ScenarioError, parse_level};
pub use signbridge_core::UnknownWord;
