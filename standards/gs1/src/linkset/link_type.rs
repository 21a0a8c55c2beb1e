//! Link types of the GS1 Web Vocabulary (GS1-Conformant Resolver 1.2, sections 2.5.2 and 2.14). Invariant: the
//! spellings of a link type have one canonical form, a URI in the namespace `https://ref.gs1.org/voc/`.

use std::borrow::Cow;

/// The namespace of the vocabulary, for which `gs1:` stands.
pub const NAMESPACE: &str = "https://ref.gs1.org/voc/";

/// The one link that answers a request without further wishes (section 2.5.8).
pub const DEFAULT_LINK: &str = "https://ref.gs1.org/voc/defaultLink";

/// Links of which one may answer a request better than the default link (section 2.5.8).
pub const DEFAULT_LINK_MULTI: &str = "https://ref.gs1.org/voc/defaultLinkMulti";

/// The resolver to which requests are handed over (section 2.8).
pub const HANDLED_BY: &str = "https://ref.gs1.org/voc/handledBy";

/// Other spellings of the namespace.
const OTHER_NAMESPACES: [&str; 6] = [
    "gs1:",
    "https://gs1.org/voc/",
    "https://www.gs1.org/voc/",
    "http://gs1.org/voc/",
    "http://www.gs1.org/voc/",
    "http://ref.gs1.org/voc/",
];

/// The link types of the vocabulary: name and title.
pub static KNOWN: [(&str, &str); 64] = [
    ("activityIdeas", "Activity Ideas"),
    ("allergenInfo", "Allergen information"),
    ("appDownload", "App download"),
    ("brandHomepageClinical", "Information for professionals about this brand"),
    ("brandHomepagePatient", "Information for patients about this brand"),
    ("careersInfo", "Careers information"),
    ("certificationInfo", "Certification Information"),
    ("consumerHandlingStorageInfo", "Consumer handling and storage information"),
    ("defaultLink", "Default link"),
    ("defaultLinkMulti", "Default linkMulti"),
    ("disassemblyInfo", "Product disassembly"),
    ("dpp", "Digital Product Passport"),
    ("epcis", "EPC Information Services (EPCIS) repository"),
    ("epil", "Electronic Patient Information Leaflet"),
    ("eventsInfo", "Events information"),
    ("faqs", "Frequently Asked Questions"),
    ("handledBy", "Handled by"),
    ("handlingEndOfLife", "Product EOL handling"),
    ("hasRetailers", "Has Retailers"),
    ("homepage", "Organisation Information Page"),
    ("ingredientsInfo", "Ingredients information"),
    ("instructions", "Instructions"),
    ("jws", "JSON Web Signature"),
    ("leaveReview", "Leave a review"),
    ("locationInfo", "Location information"),
    ("logisticsInfo", "Logistics information"),
    ("loyaltyProgram", "Loyalty program"),
    ("masterData", "Master data"),
    ("menuInfo", "Menu information"),
    ("nutritionalInfo", "Nutritional Information"),
    ("openingHoursInfo", "Opening hours information"),
    ("paymentLink", "Make Payment"),
    ("pip", "Product Information Page"),
    ("productPassport", "Product Passport"),
    ("productSustainabilityInfo", "Sustainability and recycling (deprecated)"),
    ("promotion", "Promotion"),
    ("purchaseSuppliesOrAccessories", "Purchase supplies or accessories"),
    ("quickStartGuide", "Quick start guide"),
    ("recallStatus", "Recall status"),
    ("recipeInfo", "Recipe website"),
    ("recyclingInfo", "Product recycling"),
    ("registerProduct", "Register purchase"),
    ("registryEntry", "Entry in a register"),
    ("relatedImage", "Related image"),
    ("relatedVideo", "Related video"),
    ("repairInfo", "Product repair"),
    ("reuseInfo", "Product re-use"),
    ("review", "Reviews"),
    ("safetyInfo", "Safety information"),
    ("scheduleTime", "Scheduling/Reservation"),
    ("serviceInfo", "Service information"),
    ("smartLabel", "SmartLabel"),
    ("smpc", "Summary Product Characteristics (SmPC)"),
    ("socialMedia", "Social media"),
    ("sorting", "Sorting"),
    ("statisticInfo", "Statistics"),
    ("subscribe", "Subscribe"),
    ("support", "Support"),
    ("sustainabilityInfo", "Sustainability and recycling"),
    ("traceability", "Traceability information"),
    ("tutorial", "Tutorial"),
    ("userAgreement", "Sign waiver/agreement/document"),
    ("verificationService", "Verification Service"),
    ("whatsInTheBox", "What's in the box?"),
];

/// The canonical form of a link type of a linkset. Names of other vocabularies are unchanged.
pub fn canonical(link_type: &str) -> Cow<'_, str> {
    let name = OTHER_NAMESPACES.iter().find_map(|namespace| link_type.strip_prefix(namespace));
    name.map_or(Cow::Borrowed(link_type), |name| Cow::Owned(format!("{NAMESPACE}{name}")))
}

/// The canonical form of a link type that a request names, where a known name may stand alone, such as `pip`.
pub fn of_request(link_type: &str) -> Cow<'_, str> {
    match find(link_type) {
        Some(_) => Cow::Owned(format!("{NAMESPACE}{link_type}")),
        None => canonical(link_type),
    }
}

/// The title of a link type of the vocabulary, in any spelling.
pub fn title(link_type: &str) -> Option<&'static str> {
    find(canonical(link_type).strip_prefix(NAMESPACE)?)
}

fn find(name: &str) -> Option<&'static str> {
    let index = KNOWN.binary_search_by_key(&name, |(known, _)| *known).ok()?;
    Some(KNOWN[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_link_type() {
        assert!(KNOWN.is_sorted_by(|(left, _), (right, _)| left < right));
        for spelling in
            ["gs1:pip", "https://gs1.org/voc/pip", "http://www.gs1.org/voc/pip", "https://ref.gs1.org/voc/pip"]
        {
            assert_eq!(canonical(spelling), "https://ref.gs1.org/voc/pip");
            assert_eq!(of_request(spelling), "https://ref.gs1.org/voc/pip");
            assert_eq!(title(spelling), Some("Product Information Page"));
        }
        assert_eq!(of_request("pip"), "https://ref.gs1.org/voc/pip");
        assert_eq!(canonical("pip"), "pip");
        assert_eq!(of_request("next"), "next");
        assert_eq!(title("gs1:unheardOf"), None);
    }
}
