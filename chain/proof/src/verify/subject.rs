//! Step `subject`: checks that the readable identifier is a subject of the record [P6, subjects].

use super::fault::{Fault, require};
use crate::bundle::{RecordPart, SubjectPart};
use chain_types::{Subject, TenantId};

pub(super) fn check(record: &RecordPart, part: &SubjectPart) -> Result<(), Fault> {
    let subject = open(part, record.transaction.tenant)?;
    require(
        record.core.subjects.contains(&subject),
        &format!("the record is not about the {} {:?}", part.kind, part.id),
    )
}

/// The subject digest of a readable identifier.
pub(super) fn open(part: &SubjectPart, tenant: TenantId) -> Result<Subject, Fault> {
    part.subject(tenant).ok_or_else(|| Fault::tampered("the kind of the subject is longer than 255 bytes"))
}
