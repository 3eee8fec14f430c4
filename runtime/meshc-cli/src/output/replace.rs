//! Putting changes in place at once.
//!
//! The new folder is made beside the old one, of links to what stays and of what is new, and the two change places in
//! one step of the file system. Whoever reads sees the old or the new, and so does whoever comes after a kill. A single
//! changed file needs no more than a rename. Where folders cannot change places (a mount point, some file systems, a
//! parent that cannot be written), files are made ready within the folder and renamed one by one.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};

use super::compare::{Change, Comparison};

/// Applies the changes of `comparison` to `folder`.
pub(super) fn apply(folder: &Path, comparison: &Comparison) -> Result<()> {
    let place = Place::of(folder)?;
    let _held = place.hold()?;
    place.sweep();
    if let [(path, Change::Write { before: Some(_), after })] = comparison.changes.iter().collect::<Vec<_>>().as_slice()
    {
        return place.replace_one(path, after);
    }
    match place.exchange(comparison) {
        Ok(()) => Ok(()),
        Err(Failed::CannotExchange) => place.rename_each(comparison),
        Err(Failed::Because(error)) => Err(error),
    }
}

/// Why folders did not change places.
enum Failed {
    CannotExchange,
    Because(anyhow::Error),
}

/// The output folder, its parent, and its name there.
struct Place {
    folder: PathBuf,
    parent: PathBuf,
    name: String,
}

impl Place {
    fn of(folder: &Path) -> Result<Self> {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).with_context(|| format!("could not make the folder `{}`", parent.display()))?;
        // A link to a folder is followed: what it leads to changes, and the link stays.
        let folder = if folder.symlink_metadata().is_ok() {
            fs::canonicalize(folder).with_context(|| format!("could not find `{}`", folder.display()))?
        } else {
            let parent = fs::canonicalize(parent).with_context(|| format!("could not find `{}`", parent.display()))?;
            parent
                .join(folder.file_name().with_context(|| format!("`{}` cannot be an output folder", folder.display()))?)
        };
        let parent = folder.parent().map(Path::to_path_buf).unwrap_or_default();
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { folder, parent, name })
    }

    /// Keeps other builds of this parent waiting until the result is dropped.
    fn hold(&self) -> Result<fs::File> {
        let parent =
            fs::File::open(&self.parent).with_context(|| format!("could not open `{}`", self.parent.display()))?;
        // A file system without locks has builds that do not wait for each other; each is whole all the same.
        let _ = flock(parent.as_fd(), FlockOperation::LockExclusive);
        Ok(parent)
    }

    fn stage_prefix(&self) -> String {
        format!(".{}.meshc-", self.name)
    }

    fn stage(&self) -> PathBuf {
        self.parent.join(format!("{}{}", self.stage_prefix(), std::process::id()))
    }

    /// Removes what builds left that were killed. Nobody else builds here now.
    fn sweep(&self) {
        let prefix = self.stage_prefix();
        for entry in fs::read_dir(&self.parent).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                // What cannot be removed is in nobody's way.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let _ = fs::remove_dir_all(self.folder.join(".meshc-stage"));
    }

    fn replace_one(&self, path: &str, text: &str) -> Result<()> {
        let stage = self.folder.join(".meshc-stage");
        let ready = stage.join("file");
        let full = self.folder.join(path);
        write_file(&ready, text).and_then(|()| rename(&ready, &full)).inspect_err(|_| {
            let _ = fs::remove_dir_all(&stage);
        })?;
        remove_all(&stage)
    }

    fn exchange(&self, comparison: &Comparison) -> Result<(), Failed> {
        let stage = self.stage();
        let made = self.make(&stage, comparison);
        if let Err(failed) = made {
            let _ = fs::remove_dir_all(&stage);
            return Err(failed);
        }
        let flags = if self.folder.exists() { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
        if renameat_with(CWD, &stage, CWD, &self.folder, flags).is_err() {
            let _ = fs::remove_dir_all(&stage);
            return Err(Failed::CannotExchange);
        }
        if flags == RenameFlags::EXCHANGE {
            // The new is in place; an old folder that stays behind is swept away by the next build.
            let _ = fs::remove_dir_all(&stage);
        }
        Ok(())
    }

    /// Makes the new folder at `stage`.
    fn make(&self, stage: &Path, comparison: &Comparison) -> Result<(), Failed> {
        fs::create_dir(stage).map_err(|_| Failed::CannotExchange)?;
        if self.folder.exists() {
            mirror(&self.folder, stage, "", comparison).map_err(|_| Failed::CannotExchange)?;
        }
        for (path, change) in &comparison.changes {
            if let Change::Write { after, .. } = change {
                write_file(&stage.join(path), after).map_err(Failed::Because)?;
            }
        }
        Ok(())
    }

    fn rename_each(&self, comparison: &Comparison) -> Result<()> {
        let stage = self.folder.join(".meshc-stage");
        let writes: Vec<_> = comparison
            .changes
            .iter()
            .filter_map(|(path, change)| match change {
                Change::Write { after, .. } => Some((path, after)),
                Change::Remove => None,
            })
            .collect();
        for (path, text) in &writes {
            write_file(&stage.join(path), text)?;
        }
        for (path, _) in &writes {
            let full = self.folder.join(path);
            if let Some(folder) = full.parent() {
                fs::create_dir_all(folder)
                    .with_context(|| format!("could not make the folder `{}`", folder.display()))?;
            }
            rename(&stage.join(path), &full)?;
        }
        let removed: BTreeSet<_> =
            comparison.changes.iter().filter(|(_, change)| **change == Change::Remove).map(|(path, _)| path).collect();
        for path in removed {
            self.remove_one(path)?;
        }
        remove_all(&stage)
    }

    /// Removes a file, and the folders that it leaves empty.
    fn remove_one(&self, path: &str) -> Result<()> {
        let full = self.folder.join(path);
        fs::remove_file(&full).with_context(|| format!("could not remove `{}`", full.display()))?;
        for folder in full.ancestors().skip(1).take_while(|folder| *folder != self.folder) {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// Links every file below `from` that stays into `to`. Folders that only held files which go are not made.
fn mirror(from: &Path, to: &Path, below: &str, comparison: &Comparison) -> std::io::Result<()> {
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{below}{}", name.to_string_lossy());
        let (source, target) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            let was_empty = fs::read_dir(&source)?.next().is_none();
            mirror(&source, &target, &format!("{path}/"), comparison)?;
            if !was_empty && fs::read_dir(&target)?.next().is_none() {
                fs::remove_dir(&target)?;
            }
        } else if !comparison.changes.contains_key(&path) {
            // A link to a link is the same link again, whatever it leads to.
            fs::hard_link(&source, &target)?;
        }
    }
    Ok(())
}

fn write_file(path: &Path, text: &str) -> Result<()> {
    let what = || format!("could not write `{}`", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(what)?;
    }
    fs::write(path, text).with_context(what)
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).with_context(|| format!("could not replace `{}`", to.display()))
}

fn remove_all(folder: &Path) -> Result<()> {
    fs::remove_dir_all(folder).with_context(|| format!("could not remove `{}`", folder.display()))
}
