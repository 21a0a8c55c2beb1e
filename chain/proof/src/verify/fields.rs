//! Step `fields`: the disclosed fields, with the leaves of the withheld ones, are those that the sealed document
//! committed to [P5].

use super::fault::{Fault, require};
use crate::bundle::{BodyPart, FieldPart};
use chain_types::{Digest, body::fields_commitment};
use serde::de::IgnoredAny;

/// Answers what was found, in words.
pub(super) fn check(body: &BodyPart) -> Result<String, Fault> {
    match body {
        BodyPart::Public { bytes } => Ok(format!("a public document of {} bytes", bytes.len())),
        BodyPart::Sealed { fields: None, .. } => Ok("a sealed document of which nothing is known".into()),
        BodyPart::Sealed { fields: Some(fields), commitment, .. } => check_sealed(fields, commitment),
    }
}

fn check_sealed(fields: &[FieldPart], commitment: &Digest) -> Result<String, Fault> {
    let mut previous: Option<&str> = None;
    let mut disclosed = 0_usize;
    for part in fields {
        let FieldPart::Disclosed(field) = part else { continue };
        let ascends = previous.is_none_or(|previous| previous.as_bytes() < field.pointer.as_bytes());
        if !ascends {
            return Err(Fault::tampered(format!("the field {:?} is out of order", field.pointer)));
        }
        if serde_json::from_str::<IgnoredAny>(&field.value).is_err() {
            return Err(Fault::tampered(format!("the value of the field {:?} is not JSON", field.pointer)));
        }
        previous = Some(&field.pointer);
        disclosed = disclosed.saturating_add(1);
    }
    let leaves: Vec<_> = fields.iter().map(FieldPart::leaf).collect();
    let found = fields_commitment(&leaves).ok_or_else(|| Fault::tampered("more fields than a document may have"))?;
    require(found == *commitment, "the fields are not those that the record committed to")?;
    Ok(format!("disclosed {disclosed} of {} fields", fields.len()))
}
