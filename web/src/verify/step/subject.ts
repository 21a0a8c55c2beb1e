//! Step `subject`: the readable identifier is one of the record's subjects. Invariant: the step passes only if the
//! record contains the blinded digest of the identifier.

import type { RecordPart, SubjectPart } from "../bundle.ts";
import { type Bytes, equal, littleEndian, utf8 } from "../bytes.ts";
import { check } from "../report.ts";
import { TAG, type Workbook } from "../workbook.ts";

/** The maximum length of a kind in bytes: the length is hashed as one byte. */
const KIND_BYTES_MAX = 255;

/** The digest of a subject: tenant, kind, blind and identifier. */
export async function subjectDigest(book: Workbook, tenant: Bytes, subject: SubjectPart): Promise<Bytes> {
  const kind = utf8(subject.kind);
  check(kind.length <= KIND_BYTES_MAX, "the kind of the subject is too long");
  return book.tagged(
    "subject",
    TAG.subject,
    tenant,
    littleEndian(kind.length, 1),
    kind,
    subject.blind,
    utf8(subject.id),
  );
}

/** Checks that the subject is among those of the record. */
export async function checkSubject(book: Workbook, record: RecordPart, subject: SubjectPart): Promise<void> {
  const digest = await subjectDigest(book, record.transaction.tenant, subject);
  check(
    record.core.subjects.some((named) => equal(named, digest)),
    `the record is not about the ${subject.kind} "${subject.id}"`,
  );
}
