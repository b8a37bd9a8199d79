//! Captures: `draft-ietf-opsawg-pcap` and `draft-ietf-opsawg-pcapng`. TCP streams put together, one direction each; everything else
//! is in the raw bytes as it was sent. IP fragments are not put together.

use crate::le::{be16_at, be32_at, u16_at, u32_at};
use crate::part::UnreadKind;
use crate::unpacker::{Outcome, Stop, Unpacker};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;

const MAGICS: [u32; 2] = [0xA1B2_C3D4, 0xA1B2_3C4D];

pub(super) fn begins(head: &[u8]) -> bool {
    head.len() >= 24 && (MAGICS.contains(&u32_at(head, 0)) || MAGICS.contains(&be32_at(head, 0)))
}

pub(super) fn ng_begins(head: &[u8]) -> bool {
    head.starts_with(b"\x0A\x0D\x0D\x0A") && matches!(u32_at(head, 8), 0x1A2B_3C4D | 0x4D3C_2B1A)
}

/// Numbers of a capture, in its byte order.
#[derive(Clone, Copy)]
struct Order {
    big: bool,
}

impl Order {
    fn u32(self, bytes: &[u8], at: usize) -> u32 {
        if self.big { be32_at(bytes, at) } else { u32_at(bytes, at) }
    }

    fn u16(self, bytes: &[u8], at: usize) -> u16 {
        if self.big { be16_at(bytes, at) } else { u16_at(bytes, at) }
    }
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let order = Order { big: MAGICS.contains(&be32_at(bytes, 0)) };
    let link = order.u32(bytes, 20) & 0xFFFF;
    let mut streams = Streams::default();
    let (mut at, mut whole) = (24, true);
    while at < bytes.len() {
        let length = order.u32(bytes, at + 8) as usize;
        let Some(frame) = bytes.get(at + 16..).filter(|rest| rest.len() >= length) else {
            whole = false;
            break;
        };
        streams.frame(link, &frame[..length]);
        at += 16 + length;
    }
    streams.end(unpacker, whole)
}

pub(super) fn read_ng(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let mut streams = Streams::default();
    let (mut order, mut links) = (Order { big: false }, Vec::new());
    let (mut at, mut whole) = (0, true);
    while at < bytes.len() {
        if be32_at(bytes, at) == 0x0A0D_0D0A {
            order = Order { big: be32_at(bytes, at + 8) == 0x1A2B_3C4D };
            links.clear();
        }
        let length = order.u32(bytes, at + 4) as usize;
        let Some(block) = bytes.get(at..).filter(|rest| length >= 12 && rest.len() >= length) else {
            whole = false;
            break;
        };
        let block = &block[..length];
        let frame = |start: usize, count: usize| block.get(start..start.saturating_add(count)).unwrap_or_default();
        let link = |i: usize| links.get(i).copied().unwrap_or(u32::MAX);
        match order.u32(block, 0) {
            1 => links.push(u32::from(order.u16(block, 8))),
            6 => streams.frame(link(order.u32(block, 8) as usize), frame(28, order.u32(block, 20) as usize)),
            2 => streams.frame(link(order.u16(block, 8).into()), frame(28, order.u32(block, 20) as usize)),
            3 => streams.frame(link(0), frame(12, (order.u32(block, 8) as usize).min(length - 16.min(length)))),
            _ => {}
        }
        at += length;
    }
    streams.end(unpacker, whole)
}

/// One direction of a connection: segments with their sequence numbers.
#[derive(Default)]
struct Stream<'b> {
    segments: Vec<(u32, &'b [u8])>,
}

#[derive(Default)]
struct Streams<'b> {
    /// By source and destination. A pair of ports that is used again gives one more stream.
    streams: BTreeMap<(SocketAddr, SocketAddr, u32), Stream<'b>>,
    /// How often each pair of ports was used.
    uses: BTreeMap<(SocketAddr, SocketAddr), u32>,
    unknown: BTreeSet<u32>,
    fragments: u64,
}

impl<'b> Streams<'b> {
    /// Link types: <https://www.tcpdump.org/linktypes.html>.
    fn frame(&mut self, link: u32, frame: &'b [u8]) {
        let packet = match link {
            1 => ethernet(frame, 12),
            12 | 14 | 101 | 228 | 229 => Some(frame),
            0 | 108 => frame.get(4..),
            113 => ethernet(frame, 14),
            276 => matches!(be16_at(frame, 0), 0x0800 | 0x86DD).then(|| frame.get(20..)).flatten(),
            _ => {
                self.unknown.insert(link);
                None
            }
        };
        match packet {
            Some([0x40..=0x4F, ..]) => self.ipv4(packet.unwrap_or_default()),
            Some([0x60..=0x6F, ..]) => self.ipv6(packet.unwrap_or_default()),
            _ => {}
        }
    }

    /// RFC 791, section 3.1.
    fn ipv4(&mut self, packet: &'b [u8]) {
        let header = usize::from(packet[0] & 0x0F) * 4;
        let total = match usize::from(be16_at(packet, 2)) {
            // Segmentation in the network card.
            0 => packet.len(),
            total => total.min(packet.len()),
        };
        if be16_at(packet, 6) & 0x3FFF != 0 {
            self.fragments += 1;
            return;
        }
        if let (Some(payload), 6) = (packet.get(header.max(20)..total), packet.get(9).copied().unwrap_or(0)) {
            let address = |at| IpAddr::V4(Ipv4Addr::from(be32_at(packet, at)));
            self.tcp(address(12), address(16), payload);
        }
    }

    /// RFC 8200, sections 3 and 4.
    fn ipv6(&mut self, packet: &'b [u8]) {
        let Some(addresses) = packet.get(8..40) else { return };
        let address = |at: usize| {
            let bytes: [u8; 16] = addresses[at..at + 16].try_into().unwrap_or_default();
            IpAddr::V6(Ipv6Addr::from(bytes))
        };
        let total = 40 + usize::from(be16_at(packet, 4));
        let (mut next, mut at) = (packet[6], 40);
        while matches!(next, 0 | 43 | 60 | 135) && at + 8 <= packet.len() {
            (next, at) = (packet[at], at + 8 + 8 * usize::from(packet[at + 1]));
        }
        self.fragments += u64::from(next == 44);
        if let (6, Some(payload)) = (next, packet.get(at..total.min(packet.len()).max(at))) {
            self.tcp(address(0), address(16), payload);
        }
    }

    /// RFC 9293, section 3.1.
    fn tcp(&mut self, source: IpAddr, destination: IpAddr, segment: &'b [u8]) {
        let header = usize::from(segment.get(12).copied().unwrap_or(0) >> 4) * 4;
        let Some(payload) = segment.get(header.max(20)..) else { return };
        let pair = (SocketAddr::new(source, be16_at(segment, 0)), SocketAddr::new(destination, be16_at(segment, 2)));
        let (sequence, flags) = (be32_at(segment, 4), segment[13]);
        let uses = self.uses.entry(pair).or_default();
        let syn = flags & 2 != 0;
        if syn && self.streams.contains_key(&(pair.0, pair.1, *uses)) {
            *uses += 1;
        }
        if !payload.is_empty() {
            let stream = self.streams.entry((pair.0, pair.1, *uses)).or_default();
            stream.segments.push((sequence.wrapping_add(u32::from(syn)), payload));
        }
    }

    fn end(self, unpacker: &mut Unpacker<'_>, whole: bool) -> Outcome<Vec<Range<usize>>> {
        for link in &self.unknown {
            let why = format!("frames of link type {link} are not read; they were scanned as they are");
            unpacker.unread(UnreadKind::Unsupported, "capture", 0, why);
        }
        if self.fragments > 0 {
            let why = format!("{} IP fragments are not put together; they were scanned as they are", self.fragments);
            unpacker.unread(UnreadKind::Unsupported, "capture", 0, why);
        }
        for ((source, destination, uses), stream) in &self.streams {
            // One segment is in the raw bytes as it is.
            if stream.segments.len() < 2 {
                continue;
            }
            let again = if *uses > 0 { format!(" ({})", uses + 1) } else { String::new() };
            for (piece, content) in stream.pieces().iter().enumerate() {
                let gap = if piece > 0 { format!(", after gap {piece}") } else { String::new() };
                unpacker.rearranged(format!("TCP from {source} to {destination}{again}{gap}").as_bytes(), content)?;
            }
        }
        if whole { Ok(Vec::new()) } else { Err(Stop::damaged("its last record is cut off")) }
    }
}

impl Stream<'_> {
    /// The bytes in order, without what was sent again. Segments that are missing make several pieces.
    fn pieces(&self) -> Vec<Vec<u8>> {
        let Some((first, _)) = self.segments.first() else { return Vec::new() };
        // Relative to a number far before the first one, since a segment may have come too early. 2 GiB are never exceeded: the
        // file is in memory.
        let base = first.wrapping_sub(1 << 31);
        let mut segments: Vec<(u32, &[u8])> = self.segments.iter().map(|(s, p)| (s.wrapping_sub(base), *p)).collect();
        segments.sort_by_key(|(sequence, _)| *sequence);
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        let mut next = 0u64;
        for (sequence, payload) in segments {
            let (start, end) = (u64::from(sequence), u64::from(sequence) + payload.len() as u64);
            match pieces.last_mut() {
                Some(piece) if start <= next => {
                    let overlap = ((next - start) as usize).min(payload.len());
                    let before = piece.len().checked_sub((next - start) as usize).and_then(|at| piece.get(at..at + overlap));
                    // Sequence numbers that are wrong, or another content sent under the same: all of it is kept.
                    let again = before == Some(&payload[..overlap]);
                    piece.extend_from_slice(if again { &payload[overlap..] } else { payload });
                    if !again {
                        next = next.max(start);
                    }
                }
                _ => pieces.push(payload.to_vec()),
            }
            next = next.max(end);
        }
        pieces
    }
}

/// The packet of a frame whose EtherType is at an offset, with tags of virtual networks before it.
fn ethernet(frame: &[u8], mut at: usize) -> Option<&[u8]> {
    while matches!(be16_at(frame, at), 0x8100 | 0x88A8 | 0x9100) {
        at += 4;
    }
    // PPP over Ethernet: RFC 2516.
    let at = if be16_at(frame, at) == 0x8864 { at + 8 } else { at };
    frame.get(at + 2..)
}
