//! What a provider or a plan may hold: features, signature levels, certificates, places of storage.

use signbridge_core::SignatureLevel;

signbridge_core::closed_words! {
    /// One thing that a plan offers or a provider holds, and that a scenario may need.
    pub enum Feature: "feature" {
        /// Production use of the API.
        Api = "api",
        /// Signing inside the application's own page.
        EmbeddedSigning = "embedded_signing",
        /// Webhooks.
        Webhooks = "webhooks",
        /// Sending one document to many people at once.
        BulkSend = "bulk_send",
        /// Single sign-on for the senders.
        Sso = "sso",
        /// Collecting payments.
        Payments = "payments",
        /// The provider's name removed from what signers see.
        WhiteLabel = "white_label",
        /// Verification of a signer's identity document.
        IdVerification = "id_verification",
        /// Ordinary electronic signatures under the ESIGN Act and UETA.
        EsignUeta = "esign_ueta",
        /// Simple electronic signatures (eIDAS).
        Ses = "ses",
        /// Advanced electronic signatures (eIDAS).
        Aes = "aes",
        /// Qualified electronic signatures (eIDAS).
        Qes = "qes",
        /// Ordinary electronic signatures under the United Kingdom's assimilated eIDAS.
        UkSes = "uk_ses",
        /// Qualified electronic signatures of a trust service on the United Kingdom's list.
        UkQes = "uk_qes",
        /// Qualified electronic signatures under the Swiss ZertES, with qualified time stamp.
        ZertesQes = "zertes_qes",
        /// Ordinary electronic signatures under Singapore's Electronic Transactions Act.
        SgEta = "sg_eta",
        /// Sign with Singpass: Singapore's secure electronic signature.
        SingpassSign = "singpass_sign",
        /// Ordinary electronic signatures under Hong Kong's Electronic Transactions Ordinance.
        HkEto = "hk_eto",
        /// Digital signatures with a certificate recognised in Hong Kong, such as through iAM Smart.
        IamSmart = "iam_smart",
        /// Signing by a third party's service under Japan's Act 102 of 2000.
        JpEsact = "jp_esact",
        /// Aadhaar eSign: India's electronic signature of the Second Schedule.
        Aadhaar = "aadhaar",
        /// Electronic signatures under Australia's Electronic Transactions Acts.
        AuEta = "au_eta",
        /// Certified electronic signatures of an Indonesian certification operator.
        IdCertified = "id_certified",
        /// Ordinary electronic signatures under section 9 of Thailand's act.
        ThEta = "th_eta",
        /// "Reliable" electronic signatures under China's Electronic Signature Law.
        CnReliable = "cn_reliable",
        /// Mexico's NOM-151 certificate of conservation.
        Nom151 = "nom_151",
        /// Accounts fit for 21 CFR Part 11.
        Cfr11 = "cfr_11",
        /// A business associate agreement under HIPAA.
        Baa = "baa",
        /// A SOC 2 report.
        Soc2 = "soc_2",
        /// ISO 27001.
        Iso27001 = "iso_27001",
        /// PCI DSS.
        PciDss = "pci_dss",
        /// FedRAMP Tailored.
        FedrampTailored = "fedramp_tailored",
        /// FedRAMP Moderate.
        FedrampModerate = "fedramp_moderate",
        /// A data processing agreement under the GDPR.
        GdprDpa = "gdpr_dpa",
        /// Germany's C5.
        C5 = "c5",
        /// Australia's IRAP.
        Irap = "irap",
        /// Japan's ISMAP.
        Ismap = "ismap",
        /// Documents stored in the United States.
        ResidencyUs = "residency_us",
        /// Documents stored in Canada.
        ResidencyCa = "residency_ca",
        /// Documents stored in the European Union.
        ResidencyEu = "residency_eu",
        /// Documents stored in the United Kingdom.
        ResidencyUk = "residency_uk",
        /// Documents stored in Australia.
        ResidencyAu = "residency_au",
        /// Documents stored in Japan.
        ResidencyJp = "residency_jp",
        /// Documents stored in Singapore.
        ResidencySg = "residency_sg",
        /// Documents stored in Hong Kong.
        ResidencyHk = "residency_hk",
    }
}

signbridge_core::closed_words! {
    /// Where documents must be stored.
    pub enum Region: "region" {
        /// The United States.
        Us = "us",
        /// Canada.
        Ca = "ca",
        /// The European Union.
        Eu = "eu",
        /// The United Kingdom.
        Uk = "uk",
        /// Australia.
        Au = "au",
        /// Japan.
        Jp = "jp",
        /// Singapore.
        Sg = "sg",
        /// Hong Kong.
        Hk = "hk",
    }
}

impl Region {
    /// The feature that storage in this region is.
    pub const fn feature(self) -> Feature {
        match self {
            Self::Us => Feature::ResidencyUs,
            Self::Ca => Feature::ResidencyCa,
            Self::Eu => Feature::ResidencyEu,
            Self::Uk => Feature::ResidencyUk,
            Self::Au => Feature::ResidencyAu,
            Self::Jp => Feature::ResidencyJp,
            Self::Sg => Feature::ResidencySg,
            Self::Hk => Feature::ResidencyHk,
        }
    }
}

signbridge_core::closed_words! {
    /// Whether something is held.
    pub enum Answer: "answer" {
        /// It is.
        Yes = "yes",
        /// In part, as the note says.
        Partial = "partial",
        /// For more money, by quotation, or with a third party's contract.
        AddOn = "add_on",
        /// It is not.
        No = "no",
        /// Looked for and not found.
        Unknown = "unknown",
    }
}

/// The feature that a level of eIDAS is, where no national law names another.
pub const fn of_level(level: SignatureLevel) -> Feature {
    match level {
        SignatureLevel::Qualified => Feature::Qes,
        SignatureLevel::Advanced => Feature::Aes,
        _ => Feature::Ses,
    }
}
