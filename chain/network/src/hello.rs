//! The handshake of a message stream: both sides exchange the protocol versions that they know [P25, versions].
//! Invariant: no message is written or read before a common version is found. Without one, both sides know both
//! versions and can report them.

use crate::error::OtherVersion;
use chain_types::{ProtocolVersion, Versions};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, FutureExt, future::BoxFuture};
use libp2p::{
    StreamProtocol,
    core::upgrade::{InboundUpgrade, OutboundUpgrade, UpgradeInfo},
};
use std::{io, iter};

/// Bytes of the handshake: the oldest and the newest version, two bytes each, big-endian.
const HELLO_BYTES: usize = 4;

/// The versions that a member knows, from the oldest to the newest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Known {
    oldest: ProtocolVersion,
    newest: ProtocolVersion,
}

impl Known {
    pub(crate) fn of(versions: Versions) -> Self {
        Self { oldest: versions.oldest(), newest: versions.newest() }
    }

    /// Checks that both sides have a version in common.
    fn check_common(self, theirs: Self) -> Result<(), OtherVersion> {
        if self.oldest <= theirs.newest && theirs.oldest <= self.newest {
            Ok(())
        } else {
            Err(OtherVersion { ours: self.newest, theirs: theirs.newest })
        }
    }

    fn to_bytes(self) -> [u8; HELLO_BYTES] {
        let ([a, b], [c, d]) = (self.oldest.0.to_be_bytes(), self.newest.0.to_be_bytes());
        [a, b, c, d]
    }

    fn from_bytes([a, b, c, d]: [u8; HELLO_BYTES]) -> Self {
        let version = |bytes| ProtocolVersion(u16::from_be_bytes(bytes));
        Self { oldest: version([a, b]), newest: version([c, d]) }
    }

    /// Exchanges the known versions. Returns the stream when there is a common version.
    async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(self, mut stream: S) -> Result<S, HelloError> {
        stream.write_all(&self.to_bytes()).await?;
        stream.flush().await?;
        let mut theirs = [0; HELLO_BYTES];
        stream.read_exact(&mut theirs).await?;
        self.check_common(Self::from_bytes(theirs))?;
        Ok(stream)
    }
}

/// Why a stream was not opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HelloError {
    #[error(transparent)]
    Stream(#[from] io::Error),
    /// There is no common version.
    #[error(transparent)]
    Version(#[from] OtherVersion),
}

/// Negotiates a message stream: first its protocol name, then a version.
#[derive(Clone, Debug)]
pub(crate) struct Hello {
    protocol: StreamProtocol,
    known: Known,
}

impl Hello {
    pub(crate) const fn new(protocol: StreamProtocol, known: Known) -> Self {
        Self { protocol, known }
    }
}

impl UpgradeInfo for Hello {
    type Info = StreamProtocol;
    type InfoIter = iter::Once<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        iter::once(self.protocol.clone())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> InboundUpgrade<S> for Hello {
    type Output = S;
    type Error = HelloError;
    type Future = BoxFuture<'static, Result<S, HelloError>>;

    fn upgrade_inbound(self, stream: S, _: StreamProtocol) -> Self::Future {
        self.known.exchange(stream).boxed()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> OutboundUpgrade<S> for Hello {
    type Output = S;
    type Error = HelloError;
    type Future = BoxFuture<'static, Result<S, HelloError>>;

    fn upgrade_outbound(self, stream: S, _: StreamProtocol) -> Self::Future {
        self.known.exchange(stream).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(oldest: u16, newest: u16) -> Known {
        Known { oldest: ProtocolVersion(oldest), newest: ProtocolVersion(newest) }
    }

    #[test]
    fn members_connect_when_they_have_a_version_in_common() {
        for (ours, theirs) in [((2, 2), (2, 2)), ((2, 2), (2, 3)), ((2, 3), (3, 4)), ((2, 5), (3, 4))] {
            assert_eq!(known(ours.0, ours.1).check_common(known(theirs.0, theirs.1)), Ok(()), "{ours:?} {theirs:?}");
            assert_eq!(known(theirs.0, theirs.1).check_common(known(ours.0, ours.1)), Ok(()), "{theirs:?} {ours:?}");
        }
        for (ours, theirs) in [((2, 2), (3, 3)), ((2, 3), (4, 6))] {
            let other =
                known(ours.0, ours.1).check_common(known(theirs.0, theirs.1)).expect_err("there is no common version");
            assert_eq!((other.ours.0, other.theirs.0), (ours.1, theirs.1));
        }
    }

    #[test]
    fn versions_decode_to_what_was_encoded() {
        for versions in [known(2, 2), known(0x0102, 0xfffe)] {
            assert_eq!(Known::from_bytes(versions.to_bytes()), versions);
        }
    }
}
