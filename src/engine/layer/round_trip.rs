//! Packing and unpacking are each other's inverse: what was packed once is packed again into the same bytes.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::tree::Tree;
use super::{OverlayXattrs, Owners, UnpackLimits, UnpackOptions, changes, pack, unpack, xattr};

const OPTIONS: UnpackOptions = UnpackOptions {
    owners: Owners::Ignore,
    xattrs: OverlayXattrs::User,
    limits: UnpackLimits { entries: 100_000, bytes: 1 << 30 },
};

/// Xorshift: the same trees on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

fn grow(directory: &Path, depth: usize, dice: &mut Dice, files: &mut Vec<PathBuf>) {
    for number in 0..dice.roll(7) {
        let length = [1, 8, 60, 120, 200][dice.roll(5)];
        let path = directory.join(format!("{number}{}", "é".repeat(length / 2)));
        match dice.roll(8) {
            0 | 1 if depth > 0 => {
                fs::create_dir(&path).unwrap();
                grow(&path, depth - 1, dice, files);
                let tree = Tree::open(&path).unwrap();
                if dice.roll(4) == 0 {
                    OPTIONS.xattrs.set_opaque(tree.root()).unwrap();
                }
                fs::set_permissions(&path, fs::Permissions::from_mode([0o755, 0o1777, 0o700][dice.roll(3)])).unwrap();
            }
            2 => symlink("x/".repeat(dice.roll(90) + 1), &path).unwrap(),
            3 if !files.is_empty() => fs::hard_link(&files[dice.roll(files.len())], &path).unwrap(),
            4 => {
                let name = path.file_name().unwrap();
                super::overlay::make_whiteout(Tree::open(directory).unwrap().root(), name).unwrap();
            }
            _ => {
                fs::write(&path, vec![b'x'; dice.roll(1500)]).unwrap();
                let attributes = [("user.note".to_owned(), b"line\nline\0".to_vec())];
                if dice.roll(4) == 0 {
                    xattr::write(fs::File::open(&path).unwrap(), &attributes).unwrap();
                }
                fs::set_permissions(&path, fs::Permissions::from_mode([0o644, 0o4755, 0o600][dice.roll(3)])).unwrap();
                files.push(path);
            }
        }
    }
}

/// Makes every entry older than anything made now: a date that is not kept shows at once.
fn age(archive: &mut [u8]) {
    let mut rest = archive;
    while rest.len() >= 512 && rest[..512] != [0; 512] {
        let mut header = tar::Header::new_old();
        header.as_mut_bytes().copy_from_slice(&rest[..512]);
        header.set_mtime(header.mtime().unwrap().saturating_sub(1_000_000));
        header.set_cksum();
        rest[..512].copy_from_slice(header.as_bytes());
        let content = usize::try_from(header.size().unwrap()).unwrap().next_multiple_of(512);
        rest = &mut rest[512 + content..];
    }
}

#[test]
fn what_was_packed_is_unpacked_and_packed_again_the_same() {
    let mut packed = 0;
    for seed in 1_u64..40 {
        let root = tempfile::tempdir().unwrap();
        let [grown, unpacked] = ["grown", "unpacked"].map(|name| root.path().join(name));
        fs::create_dir(&grown).unwrap();
        fs::create_dir(&unpacked).unwrap();
        grow(&grown, 4, &mut Dice(0x9e37_79b9_7f4a_7c15 ^ seed), &mut Vec::new());

        let mut first = Vec::new();
        pack(&grown, OPTIONS.xattrs, &mut first).unwrap();
        age(&mut first);
        unpack(first.as_slice(), &unpacked, OPTIONS).unwrap();
        let mut second = Vec::new();
        pack(&unpacked, OPTIONS.xattrs, &mut second).unwrap();
        packed += first.len();
        assert!(first == second, "seed {seed}");
        // And nothing was lost on the way that a comparison would see, save marks of what was never there.
        let again = root.path().join("again");
        fs::create_dir(&again).unwrap();
        unpack(second.as_slice(), &again, OPTIONS).unwrap();
        assert_eq!(changes(&again, &[unpacked], OPTIONS.xattrs).unwrap(), [], "seed {seed}");
    }
    assert!(packed > 500_000, "the trees are too small to prove anything: {packed}");
}
