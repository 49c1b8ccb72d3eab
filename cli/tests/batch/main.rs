//! A million tickets are a few thousand here: runs over exports, what they write, and what happens when they are disturbed.

mod faults;
mod filter;
mod resume;
mod writing;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(crate) fn tool() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_support-triage"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
}

pub(crate) fn run(args: &[&str]) -> Output {
    tool().args(args).stdin(Stdio::null()).output().unwrap()
}

/// Runs what must succeed.
pub(crate) fn done(args: &[&str]) -> Output {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    output
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder that goes away with the test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Names of all files, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// An export of so many rows, some of which cannot be read.
pub(crate) fn export(rows: usize) -> String {
    let texts = ["Как очистить кеш портала?", "Поставьте нам nginx на сервер", "Не уходит почта; ошибка 550", "Спасибо, вопрос закрыт"];
    let mut out = "ID;Тема;Сообщение;Клиент\n".to_string();
    for at in 0..rows {
        match at % 97 {
            13 => out += &format!("{at}\n"),
            _ => out += &format!("{at};Обращение {at};\"{} №{at}\";\"ООО \"\"Клиент {}\"\"\"\n", texts[at % texts.len()], at % 40),
        }
    }
    out
}
