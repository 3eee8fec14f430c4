//! Tables that Cilium computed, and the counts that its own tests name.

use super::*;

/// `count` backends at addresses that follow each other from `first` on, with the weights in turn.
pub(super) fn backends(first: &str, protocol: Protocol, count: u16, weights: &[u16]) -> Vec<MaglevBackend> {
    let first: SocketAddr = first.parse().unwrap();
    let ip = |at: u16| match first.ip() {
        IpAddr::V4(ip) => IpAddr::V4((u32::from(ip) + u32::from(at)).into()),
        IpAddr::V6(ip) => IpAddr::V6((u128::from(ip) + u128::from(at)).into()),
    };
    let backend =
        |(at, weight): (u16, &u16)| MaglevBackend { address: (ip(at), first.port()).into(), protocol, weight: *weight };
    (0..count).zip(weights.iter().cycle()).map(backend).collect()
}

/// FNV-1a over the entries, each as one number of 64 bits.
fn digest(table: &[u32]) -> u64 {
    let step = |hash: u64, entry: &u32| (hash ^ u64::from(*entry)).wrapping_mul(0x0100_0000_01b3);
    table.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Size, address of the first backend, protocol, number of backends, their weights, and the digest of the table.
type Row = (u32, &'static str, Protocol, u16, &'static [u16], u64);

/// Computed by `pkg/maglev` of Cilium 1.20.2 on amd64.
#[test]
fn every_entry_is_where_cilium_has_it() {
    use Protocol::{Sctp, Tcp, Udp};
    let tables: [Row; 18] = [
        (251, "0.0.0.1:1", Tcp, 1, &[100], 0x99a2_8942_9e20_8ad7),
        (251, "10.0.0.1:80", Tcp, 2, &[100], 0xad8e_d680_66f8_2c88),
        (251, "10.0.0.8:80", Tcp, 4, &[70, 70, 30, 30], 0xc1d1_98e0_c498_ed56),
        (251, "10.0.0.1:80", Tcp, 300, &[70, 30], 0xf763_cfd6_80ff_1dad),
        (509, "10.244.0.112:8081", Udp, 7, &[1, 2], 0x5507_b0a0_ab77_b57f),
        (1021, "10.244.0.112:8081", Tcp, 4, &[70, 70, 30, 30], 0x0833_124e_a5a4_a65b),
        (1021, "10.0.0.1:9090", Tcp, 2, &[65535, 1], 0x2e25_f19a_0d89_aebe),
        (1021, "255.255.255.250:65535", Sctp, 5, &[10, 20], 0x1b5d_7966_dbd4_cd40),
        (2039, "[fd00::1]:80", Tcp, 3, &[100], 0x0247_a990_2439_3983),
        (4093, "[2001:db8::a:0:0:9]:443", Udp, 50, &[70, 30], 0x219a_cdc7_05b7_971b),
        (8191, "[::]:53", Udp, 17, &[3, 0, 250], 0xdfe9_53e0_c95b_3387),
        (16381, "10.1.0.1:8080", Tcp, 4, &[100], 0xd183_cbca_e0dd_868b),
        (16381, "10.1.0.98:8080", Tcp, 12, &[70, 30, 5], 0x7f08_df3c_d130_1074),
        (16381, "[::ffff:10.0.0.254]:8080", Tcp, 4, &[9, 7], 0xb3c3_7126_707a_3e08),
        (32749, "172.16.0.1:8443", Tcp, 50, &[100], 0x5331_678b_cfae_8f6c),
        (65521, "192.168.1.1:5060", Sctp, 10, &[65535, 1, 40000], 0xfefd_ba7a_490a_902c),
        (131_071, "10.0.0.1:80", Tcp, 9, &[100], 0xe490_9181_4edc_a23d),
        (131_071, "[fd00:1::fffe]:80", Tcp, 31, &[11, 97, 1009], 0x8120_f3cf_e60f_e523),
    ];
    for (size, first, protocol, count, weights, expected) in tables {
        let table = maglev_table(&backends(first, protocol, count, weights), size);
        assert_eq!(digest(&table), expected, "{count} from {first} in {size}");
    }
}

/// The backends of `TestReproducible`, which holds the one whole table that Cilium publishes.
#[test]
fn the_published_table_is_the_same() {
    let weights = [(1, 2), (3, 13), (4, 111), (5, 10)];
    let backend = |(number, weight)| {
        let address = (IpAddr::from([0, 0, 0, number]), u16::from(number)).into();
        MaglevBackend { address, protocol: Protocol::Tcp, weight }
    };
    let table = maglev_table(&weights.map(backend), 251);
    assert_eq!(table[..16], [2, 2, 2, 2, 2, 3, 2, 2, 2, 1, 2, 2, 0, 2, 3, 2]);
    assert_eq!(digest(&table), 0x92aa_e639_a735_8046);
}

#[test]
fn counts_are_those_of_the_published_tests() {
    let counts = |count, weights| maglev_counts(&backends("10.0.0.1:80", Protocol::Tcp, count, weights), 1021);
    assert_eq!(counts(4, &[70, 70, 30, 30]), [358, 357, 153, 153]);
    assert_eq!(counts(4, &[100]), [256, 255, 255, 255]);
    assert_eq!(counts(4, &[2, 13, 111, 10]), [16, 98, 832, 75]);
    assert_eq!(counts(2, &[100]), [511, 510]);
    assert_eq!(counts(2, &[10, 20]), [341, 680]);
    assert_eq!(counts(2, &[1, 2]), [511, 510]);
    assert_eq!(counts(2, &[65535, 1]), [1020, 1]);
}

#[test]
fn a_table_needs_a_backend_and_a_size_of_cilium() {
    let two = backends("10.0.0.1:80", Protocol::Tcp, 2, &[100]);
    assert_eq!(maglev_table(&[], 251), [0; 0]);
    assert_eq!(maglev_counts(&[], 251), [0; 0]);
    for size in [0, 1, 2, 250, 252, 65536, u32::MAX] {
        assert_eq!(maglev_table(&two, size), [0; 0]);
        assert_eq!(maglev_counts(&two, size), [0, 0]);
    }
}

#[test]
fn the_first_by_their_text_have_the_entries_where_there_are_too_few() {
    let counts = maglev_counts(&backends("10.0.0.1:80", Protocol::Tcp, 254, &[100, 1, 0]), 251);
    // The colon after the address sorts behind every digit: 10.0.0.9 is the last of all, and before it 99 and 98.
    let without: Vec<_> = (1..).zip(counts).filter(|(_, count)| *count == 0).map(|(number, _)| number).collect();
    assert_eq!(without, [9, 98, 99]);
}
