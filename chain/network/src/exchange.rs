//! The request-response protocol between members. Invariant: the length of a request or an answer is checked before its
//! payload is read.

use crate::{
    frame::{read_length, read_payload, write_frame},
    limit::{EXCHANGE_STREAMS_MAX, Limits, REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX},
};
use bytes::Bytes;
use futures::{AsyncRead, AsyncWrite, AsyncWriteExt};
use libp2p::{
    StreamProtocol,
    request_response::{self, ProtocolSupport},
};
use std::{io, iter, time::Duration};

/// One frame in each direction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Codec;

pub(crate) type Exchange = request_response::Behaviour<Codec>;

pub(crate) type Event = request_response::Event<Bytes, Bytes>;

/// Builds the request-response behaviour under this protocol name.
pub(crate) fn behaviour(protocol: StreamProtocol, limits: &Limits) -> Exchange {
    let config = request_response::Config::default()
        .with_request_timeout(Duration::from_millis(limits.request_timeout_ms))
        .with_max_concurrent_streams(EXCHANGE_STREAMS_MAX);
    Exchange::with_codec(Codec, iter::once((protocol, ProtocolSupport::Full)), config)
}

async fn read<T: AsyncRead + Unpin>(stream: &mut T, bytes_max: usize) -> io::Result<Bytes> {
    let length = read_length(stream, bytes_max).await?;
    read_payload(stream, length).await
}

async fn write<T: AsyncWrite + Unpin>(stream: &mut T, payload: Bytes) -> io::Result<()> {
    write_frame(stream, &payload).await?;
    stream.close().await
}

impl request_response::Codec for Codec {
    type Protocol = StreamProtocol;
    type Request = Bytes;
    type Response = Bytes;

    async fn read_request<T: AsyncRead + Unpin + Send>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Bytes> {
        read(io, REQUEST_BYTES_MAX).await
    }

    async fn read_response<T: AsyncRead + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
    ) -> io::Result<Bytes> {
        read(io, RESPONSE_BYTES_MAX).await
    }

    async fn write_request<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        request: Bytes,
    ) -> io::Result<()> {
        write(io, request).await
    }

    async fn write_response<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        response: Bytes,
    ) -> io::Result<()> {
        write(io, response).await
    }
}
