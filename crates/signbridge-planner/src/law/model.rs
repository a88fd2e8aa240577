//! The shapes of a jurisdiction.

use serde::Serialize;
use signbridge_core::SignatureLevel;

use crate::{feature::Feature, observation::Evidence};

signbridge_core::closed_words! {
    /// Kinds of documents that laws treat apart.
    pub enum DocumentKind: "document kind" {
        /// An ordinary contract between private parties, which no form requirement singles out.
        Contract = "contract",
        /// A non-disclosure agreement; ordinary.
        Nda = "nda",
        /// An offer, an order or its acceptance; ordinary.
        Order = "order",
        /// A contract of employment.
        Employment = "employment",
        /// A notice or agreement that ends employment.
        EmploymentTermination = "employment_termination",
        /// A lease.
        Lease = "lease",
        /// A lease of land for more than twenty years.
        LongLease = "long_lease",
        /// A contract for the sale of land.
        LandSale = "land_sale",
        /// The transfer of land itself.
        LandConveyance = "land_conveyance",
        /// A mortgage or a charge on land.
        Mortgage = "mortgage",
        /// A floating charge.
        FloatingCharge = "floating_charge",
        /// A government lease or licence of land.
        GovernmentLease = "government_lease",
        /// A deed that a private person executes.
        Deed = "deed",
        /// A will or codicil.
        Will = "will",
        /// A declaration of trust.
        Trust = "trust",
        /// A power of attorney.
        PowerOfAttorney = "power_of_attorney",
        /// A lasting power of attorney.
        LastingPowerOfAttorney = "lasting_power_of_attorney",
        /// A suretyship.
        Suretyship = "suretyship",
        /// A cheque, bill of exchange or other negotiable instrument.
        NegotiableInstrument = "negotiable_instrument",
        /// A demand promissory note in favour of a regulated financial entity.
        DemandPromissoryNote = "demand_promissory_note",
        /// Marriage, divorce, adoption and other matters of family law.
        Family = "family",
        /// Succession.
        Inheritance = "inheritance",
        /// A pleading, judgment, warrant or other court document.
        CourtDocument = "court_document",
        /// An oath, affidavit or statutory declaration.
        SwornStatement = "sworn_statement",
        /// What a notary must record.
        NotarialAct = "notarial_act",
        /// A document that must bear a stamp.
        StampedInstrument = "stamped_instrument",
        /// A filing with a public body.
        GovernmentFiling = "government_filing",
        /// A notice that ends a utility service.
        UtilityTermination = "utility_termination",
        /// A notice of foreclosure or eviction.
        ForeclosureOrEviction = "foreclosure_or_eviction",
        /// A notice that ends health or life insurance.
        InsuranceTermination = "insurance_termination",
        /// A recall notice.
        Recall = "recall",
        /// Papers that accompany hazardous goods.
        HazardousGoods = "hazardous_goods",
        /// What the Uniform Commercial Code governs, apart from sales and leases of goods.
        CommercialCode = "commercial_code",
        /// Papers of migration or citizenship.
        Migration = "migration",
    }
}

impl DocumentKind {
    /// Whether no form requirement singles it out, so that the statute's general rule decides.
    pub const fn is_ordinary(self) -> bool {
        matches!(self, Self::Contract | Self::Nda | Self::Order)
    }
}

signbridge_core::closed_words! {
    /// How much of the list of exclusions is recorded.
    pub enum Coverage: "coverage" {
        /// The statute's list, as far as we know all of it.
        Complete = "complete",
        /// Some of it; other laws may exclude more.
        Partial = "partial",
        /// Nothing.
        Unknown = "unknown",
    }
}

signbridge_core::closed_words! {
    /// What a law does with a kind of document.
    pub enum Treatment: "treatment" {
        /// The electronic form does not do.
        Excluded = "excluded",
        /// It is allowed expressly.
        Allowed = "allowed",
        /// A level above the ordinary one is needed.
        Needs = "needs",
    }
}

/// What a law says of one kind of document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The kind.
    pub kind: DocumentKind,
    /// What the law does with it.
    pub treatment: Treatment,
    /// The level needed, for [`Treatment::Needs`].
    pub level: Option<String>,
    /// The member state whose law it is; `None` is the whole jurisdiction.
    pub member: Option<String>,
    /// What it rests on, with its exceptions as the note.
    pub evidence: Evidence,
}

/// A kind of signature that a law knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LegalLevel {
    /// The id within its jurisdiction: `secure_electronic`.
    pub id: String,
    /// The law's name for it, in English.
    pub name: String,
    /// Where it stands in the order simple, advanced, qualified.
    pub rank: SignatureLevel,
    /// The feature that offers it; `None` when nothing recorded says which product does.
    pub feature: Option<Feature>,
}

/// A scheme by which a government, or somebody it accredits, vouches for signers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scheme {
    /// Its name.
    pub name: String,
    /// The level it makes; `None` when it is an identity that makes no signature, or nothing says what it makes.
    pub level: Option<String>,
    /// What it rests on.
    pub evidence: Evidence,
}

/// A member state of a jurisdiction, with how much of its own exclusions is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The ISO 3166 code.
    pub code: String,
    /// How much of its list is recorded.
    pub coverage: Coverage,
}

/// A place, its statute, and what that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jurisdiction {
    /// The ISO 3166 code, or `EU`.
    pub code: String,
    /// The name.
    pub name: String,
    /// The statute.
    pub statute: String,
    /// When it was enacted and changed.
    pub enacted: String,
    /// The levels it knows, lowest first; never empty.
    pub levels: Vec<LegalLevel>,
    /// The level that counts as a handwritten signature, or is presumed to; `None` when the law has one class only.
    pub handwritten: Option<String>,
    /// What that level does.
    pub effect: String,
    /// How much of its list of exclusions is recorded.
    pub coverage: Coverage,
    /// What it says of kinds of documents.
    pub rules: Vec<Rule>,
    /// Schemes of identity.
    pub schemes: Vec<Scheme>,
    /// Member states.
    pub members: Vec<Member>,
    /// What it rests on.
    pub evidence: Evidence,
    /// Further sources, by id.
    pub also: Vec<String>,
}

impl Jurisdiction {
    /// The level of this id.
    pub fn level(&self, id: &str) -> Option<&LegalLevel> {
        self.levels.iter().find(|level| level.id == id)
    }
}
