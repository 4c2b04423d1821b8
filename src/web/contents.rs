//! Content on the disk as the body of an answer. What the system has in its memory is read in the worker's own thread, which costs less
//! than handing it to another one; whatever has to come from the disk is waited for on a thread that may block.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use actix_web::body::{MessageBody, SizedStream};
use actix_web::web::{self, Bytes};
use futures_util::stream::try_unfold;

/// Bytes that are read and sent at a time: they stay in a processor's cache between the two.
const PIECE_BYTES: u64 = 128 * 1024;

/// So many bytes of a file, from an offset on.
pub(super) fn body(file: File, offset: u64, bytes: u64) -> impl MessageBody {
    let room = vec![0; bytes.min(PIECE_BYTES) as usize];
    let reading = Reading { file: Arc::new(file), offset, left: bytes, room: Arc::new(room) };
    SizedStream::new(
        bytes,
        try_unfold(reading, |reading| async { if reading.left == 0 { Ok(None) } else { reading.next().await.map(Some) } }),
    )
}

/// What of a file is still to be sent.
struct Reading {
    file: Arc<File>,
    offset: u64,
    left: u64,
    /// Where pieces are read into. Shared with the piece that was read last, until that was sent.
    room: Arc<Vec<u8>>,
}

/// What was read, in a room that is used again.
struct Piece {
    room: Arc<Vec<u8>>,
    length: usize,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.room[..self.length]
    }
}

impl Reading {
    async fn next(self) -> io::Result<(Bytes, Self)> {
        let Self { file, offset, left, room } = self;
        let size = room.len();
        let mut room = Arc::try_unwrap(room).unwrap_or_else(|_| vec![0; size]);
        let wanted = left.min(size as u64) as usize;
        let length = match read_from_memory(&file, &mut room[..wanted], offset) {
            Some(length) => length?,
            None => {
                let slow = file.clone();
                let read = move || slow.read_exact_at(&mut room[..wanted], offset).map(|()| room);
                room = web::block(read).await.map_err(io::Error::other)??;
                wanted
            }
        };
        if length == 0 {
            // Contents never change: this one was cut off by somebody else, and so has to be the answer.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let room = Arc::new(room);
        let piece = Bytes::from_owner(Piece { room: room.clone(), length });
        Ok((piece, Self { file, offset: offset + length as u64, left: left - length as u64, room }))
    }
}

/// Reads what the system has in its memory; none when it would have to wait for the disk, or can't tell.
#[cfg(target_os = "linux")]
fn read_from_memory(file: &File, room: &mut [u8], offset: u64) -> Option<io::Result<usize>> {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};

    match preadv2(file, &mut [io::IoSliceMut::new(room)], offset, ReadWriteFlags::NOWAIT) {
        Ok(length) => Some(Ok(length)),
        Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INTR) => None,
        Err(cause) => Some(Err(cause.into())),
    }
}

#[cfg(not(target_os = "linux"))]
fn read_from_memory(_: &File, _: &mut [u8], _: u64) -> Option<io::Result<usize>> {
    None
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use actix_web::body::to_bytes;

    use super::{PIECE_BYTES, body};

    fn file(bytes: &[u8]) -> std::fs::File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[actix_web::test]
    async fn every_byte_of_a_span_comes_once_and_in_order() {
        let content: Vec<u8> = (0..3 * PIECE_BYTES + 5).map(|at| (at % 251) as u8).collect();
        let all = content.len() as u64;
        for (offset, bytes) in [(0, all), (0, 1), (7, PIECE_BYTES), (PIECE_BYTES - 1, PIECE_BYTES + 2), (all - 1, 1), (0, 0)] {
            let sent = to_bytes(body(file(&content), offset, bytes)).await;
            let sent = sent.unwrap_or_else(|_| panic!("{offset} {bytes}"));
            assert!(sent == content[offset as usize..(offset + bytes) as usize], "{offset} {bytes}");
        }
    }

    #[actix_web::test]
    async fn a_file_that_was_cut_off_ends_with_an_error() {
        assert!(to_bytes(body(file(b"short"), 0, 100)).await.is_err());
    }
}
