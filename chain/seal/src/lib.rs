//! Sealed bodies: encrypts a document, commits to its fields, and opens it again [P5].
