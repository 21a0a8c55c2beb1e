//! Decodes bodies in gzip (RFC 1952). Invariant: no more is decoded than a limit, and no more than a multiple of what
//! was sent, however much the sender promises; decoding ends there. So its cost is linear in the bytes that were sent.

use bytes::BytesMut;
use flate2::write::GzDecoder;
use std::io::{self, Write};

/// The bytes that a body may have when decoded, for each byte in gzip. Documents of very similar events have 100.
pub const GZIP_RATIO_MAX: usize = 256;
/// The bytes that a body may have when decoded, in addition to those of [`GZIP_RATIO_MAX`].
pub const GZIP_FREE_BYTES_MAX: usize = 64 * 1_024;
/// The members of a gzip file (RFC 1952, section 2.2). For each member a new decoder is made, even if it is empty.
pub const GZIP_MEMBERS_MAX: usize = 1_000;

/// The bytes in gzip that are passed to the decoder at a time. The ratio is checked for each piece.
const PIECE_BYTES: usize = 4 * 1_024;

/// The most bytes that a body of `coded` bytes in gzip may have.
pub(super) const fn decoded_max(coded: usize) -> usize {
    coded.saturating_mul(GZIP_RATIO_MAX).saturating_add(GZIP_FREE_BYTES_MAX)
}

/// Reasons why a body is not decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// It is no gzip file, is cut off, or has a wrong checksum.
    Malformed,
    /// It has more bytes than the limit.
    TooLarge,
    /// It has more bytes than [`decoded_max`].
    TooDense,
    /// It has more members than [`GZIP_MEMBERS_MAX`].
    ManyMembers,
}

/// Decodes all members of a gzip file, of `bytes_max` bytes together at most.
///
/// # Errors
/// The first fault. What was decoded is dropped.
pub(super) fn decode(coded: &[u8], bytes_max: usize) -> Result<BytesMut, Fault> {
    let mut rest = coded;
    let mut decoder = GzDecoder::new(Decoded { bytes: BytesMut::new(), bytes_max, allowed: 0, fault: None });
    let mut members = 1;
    while !rest.is_empty() {
        let piece = &rest[..rest.len().min(PIECE_BYTES)];
        let sent = coded.len() - rest.len() + piece.len();
        decoder.get_mut().allowed = decoded_max(sent);
        match decoder.write(piece) {
            // The member has ended, so another one begins here.
            Ok(0) => {
                members += 1;
                if members > GZIP_MEMBERS_MAX {
                    return Err(Fault::ManyMembers);
                }
                decoder = GzDecoder::new(finish(decoder)?);
            }
            Ok(count) => rest = &rest[count..],
            Err(_) => return Err(decoder.get_ref().fault.unwrap_or(Fault::Malformed)),
        }
    }
    Ok(finish(decoder)?.bytes)
}

/// Ends a member, and checks its length and checksum.
fn finish(mut decoder: GzDecoder<Decoded>) -> Result<Decoded, Fault> {
    if decoder.try_finish().is_err() {
        return Err(decoder.get_ref().fault.unwrap_or(Fault::Malformed));
    }
    decoder.finish().map_err(|_| Fault::Malformed)
}

/// The decoded bytes so far.
struct Decoded {
    bytes: BytesMut,
    /// The limit of the route.
    bytes_max: usize,
    /// The limit for what was sent so far.
    allowed: usize,
    fault: Option<Fault>,
}

impl Write for Decoded {
    fn write(&mut self, decoded: &[u8]) -> io::Result<usize> {
        let len = self.bytes.len().saturating_add(decoded.len());
        if len > self.bytes_max.min(self.allowed) {
            let fault = if len > self.bytes_max { Fault::TooLarge } else { Fault::TooDense };
            self.fault = Some(fault);
            return Err(io::ErrorKind::Other.into());
        }
        if len > self.bytes.capacity() {
            let capacity = self.bytes.capacity().saturating_mul(2).clamp(len, self.bytes_max);
            self.bytes.reserve(capacity - self.bytes.len());
        }
        self.bytes.extend_from_slice(decoded);
        Ok(decoded.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    const MIB: usize = 1_024 * 1_024;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    /// Bytes that no coding makes shorter.
    fn noise(count: usize) -> Vec<u8> {
        (0..count)
            .scan(1_u64, |state, _| {
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                Some(state.to_le_bytes()[3])
            })
            .collect()
    }

    #[test]
    fn what_was_encoded_is_decoded() {
        for bytes in [Vec::new(), b"{}".to_vec(), vec![b' '; GZIP_FREE_BYTES_MAX], noise(3 * MIB)] {
            assert_eq!(decode(&gzip(&bytes), 3 * MIB).expect("well-formed"), bytes);
        }
        let two = [gzip(b"first "), gzip(b""), gzip(b"second")].concat();
        assert_eq!(decode(&two, 100).expect("three members"), "first second");
    }

    #[test]
    fn what_is_cut_off_changed_or_followed_by_other_bytes_is_malformed() {
        let good = gzip(&noise(10_000));
        for end in [0, 1, 5, 10, 11, 5_000, good.len() - 9, good.len() - 8, good.len() - 1] {
            assert_eq!(decode(&good[..end], MIB), Err(Fault::Malformed), "{end}");
        }
        for at in [0, 1, 2, good.len() / 2, good.len() - 8, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 0x55;
            assert_eq!(decode(&bad, MIB), Err(Fault::Malformed), "{at}");
        }
        for after in [&b"\0"[..], b"{}", &good[..20]] {
            assert_eq!(decode(&[&good, after].concat(), MIB), Err(Fault::Malformed), "{after:?}");
        }
        assert_eq!(decode(b"{\"type\":\"EPCISDocument\"}", MIB), Err(Fault::Malformed));
    }

    #[test]
    fn a_body_at_the_limit_is_decoded_and_one_byte_more_is_not() {
        let bytes = noise(MIB);
        assert_eq!(decode(&gzip(&bytes), MIB).map(|bytes| bytes.len()), Ok(MIB));
        assert_eq!(decode(&gzip(&bytes), MIB - 1), Err(Fault::TooLarge));
    }

    #[test]
    fn a_bomb_ends_at_the_ratio_long_before_its_end() {
        let bomb = gzip(&vec![b' '; 64 * MIB]);
        assert!(bomb.len() * 1_000 < 64 * MIB, "{}", bomb.len());
        assert_eq!(decode(&bomb, 8 * MIB), Err(Fault::TooDense));
        assert_eq!(decode(&bomb, GZIP_FREE_BYTES_MAX), Err(Fault::TooLarge));
        // The free bytes, and the ratio for all that is sent.
        assert!(decode(&gzip(&vec![b' '; GZIP_FREE_BYTES_MAX]), 8 * MIB).is_ok());
        let within = [noise(MIB / 256), vec![b' '; MIB]].concat();
        assert_eq!(decode(&gzip(&within), 8 * MIB).map(|bytes| bytes.len()), Ok(within.len()));
    }

    #[test]
    fn the_members_of_a_file_are_counted() {
        let empty = gzip(b"");
        assert_eq!(decode(&empty.repeat(GZIP_MEMBERS_MAX), MIB).map(|bytes| bytes.len()), Ok(0));
        assert_eq!(decode(&empty.repeat(GZIP_MEMBERS_MAX + 1), MIB), Err(Fault::ManyMembers));
    }

    #[test]
    fn a_long_name_in_the_head_of_a_file_is_bounded() {
        let mut head = vec![0x1f, 0x8b, 8, 0b1000, 0, 0, 0, 0, 0, 0xff];
        head.extend(vec![b'n'; MIB]);
        assert_eq!(decode(&head, MIB), Err(Fault::Malformed));
    }
}
