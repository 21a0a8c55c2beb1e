//! Length-prefixed frames: a length of four bytes, big-endian, then the payload. Invariant: the length is checked
//! against its limit before memory is allocated.

use bytes::Bytes;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use std::io;

/// Bytes of the length prefix.
pub(crate) const HEADER_BYTES: usize = 4;

/// Writes one frame without flushing.
///
/// # Errors
/// Errors of the stream, or `InvalidInput` when the payload's length does not fit into four bytes.
pub(crate) async fn write_frame<W: AsyncWrite + Unpin>(stream: &mut W, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(payload).await
}

/// Reads a frame's length.
///
/// # Errors
/// Errors of the stream, `UnexpectedEof` at its end, or `InvalidData` when the length is above `bytes_max`.
pub(crate) async fn read_length<R: AsyncRead + Unpin>(stream: &mut R, bytes_max: usize) -> io::Result<usize> {
    let mut header = [0; HEADER_BYTES];
    stream.read_exact(&mut header).await?;
    match usize::try_from(u32::from_be_bytes(header)) {
        Ok(length) if length <= bytes_max => Ok(length),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "a frame above its limit")),
    }
}

/// Reads a payload of the announced length.
///
/// # Errors
/// Errors of the stream, or `UnexpectedEof` when it ends early.
pub(crate) async fn read_payload<R: AsyncRead + Unpin>(stream: &mut R, length: usize) -> io::Result<Bytes> {
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await?;
    Ok(payload.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{executor::block_on, io::Cursor};

    #[test]
    fn a_frame_may_be_as_long_as_the_limit_and_no_longer() {
        block_on(async {
            let mut wire = Vec::new();
            write_frame(&mut wire, b"abc").await.expect("writing to a vector does not fail");
            assert_eq!(wire, b"\0\0\0\x03abc");
            let mut stream = Cursor::new(&wire);
            assert_eq!(read_length(&mut stream, 3).await.expect("the length is at the limit"), 3);
            assert_eq!(
                read_payload(&mut stream, 3).await.expect("the payload is complete"),
                Bytes::from_static(b"abc")
            );
            let over = read_length(&mut Cursor::new(&wire), 2).await.expect_err("the length is above the limit");
            assert_eq!(over.kind(), io::ErrorKind::InvalidData);
        });
    }

    #[test]
    fn a_stream_that_ends_early_is_an_error_wherever_it_ends() {
        block_on(async {
            for cut in 0..7 {
                let wire = &b"\0\0\0\x03abc"[..cut];
                let mut stream = Cursor::new(wire);
                let read = match read_length(&mut stream, 3).await {
                    Ok(length) => read_payload(&mut stream, length).await.map(|_| ()),
                    Err(error) => Err(error),
                };
                assert_eq!(
                    read.expect_err("the stream ends early").kind(),
                    io::ErrorKind::UnexpectedEof,
                    "cut at {cut}"
                );
            }
        });
    }
}
