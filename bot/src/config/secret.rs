//! A secret and where it comes from: the environment or a file only its owner can read.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

/// A secret that never shows itself: not in logs, not in errors, not in `Debug`.
#[derive(Clone)]
pub struct Secret(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    env: Option<String>,
    file: Option<PathBuf>,
}

impl Secret {
    /// A secret from memory, for tests and for what the portal sends.
    pub fn new(value: impl Into<String>) -> Secret {
        Secret(value.into())
    }

    /// The secret itself. Whoever calls this must not let it get into a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

/// By hand, because the derived one would quote a secret that was written into the file.
struct SecretVisitor;

impl<'de> serde::de::Visitor<'de> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{ env = \"NAME\" } or { file = \"path\" }")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Secret, E> {
        Err(E::custom("a secret must not stand in this file: write { env = \"NAME\" } or { file = \"path\" }"))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Secret, A::Error> {
        let source = Source::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Secret::try_from(source).map_err(serde::de::Error::custom)
    }
}

impl TryFrom<Source> for Secret {
    type Error = String;

    fn try_from(source: Source) -> Result<Secret, String> {
        let (value, origin) = match (source.env, source.file) {
            (Some(name), None) => {
                let value = std::env::var(&name).map_err(|_| format!("the environment variable {name} is not set (or not UTF-8)"))?;
                (value, format!("the environment variable {name}"))
            }
            (None, Some(path)) => {
                let shown = path.display().to_string();
                let metadata = std::fs::metadata(&path).map_err(|error| format!("the secret file {shown} cannot be read: {error}"))?;
                check_permissions(&shown, &metadata)?;
                if metadata.len() > 4096 {
                    return Err(format!("the secret file {shown} has {} bytes: a secret has at most 4096", metadata.len()));
                }
                let value = std::fs::read_to_string(&path).map_err(|error| format!("the secret file {shown} cannot be read: {error}"))?;
                (value, format!("the secret file {shown}"))
            }
            _ => return Err("a secret is { env = \"NAME\" } or { file = \"path\" }, exactly one of them".into()),
        };
        let value = value.trim_end_matches(['\n', '\r']);
        if value.is_empty() {
            return Err(format!("{origin} is empty"));
        }
        if value.chars().any(char::is_control) {
            return Err(format!("{origin} holds control characters or several lines"));
        }
        Ok(Secret(value.to_string()))
    }
}

#[cfg(unix)]
fn check_permissions(shown: &str, metadata: &std::fs::Metadata) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o027 != 0 {
        return Err(format!("the secret file {shown} has mode {mode:03o}, so others may read or change it: chmod 600 {shown}"));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_permissions(_: &str, _: &std::fs::Metadata) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Holder {
        key: Secret,
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_file_that_others_can_read_is_refused_with_the_mend() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::fs::write(&path, "s3cret\n").unwrap();
        for (mode, taken) in [(0o644, false), (0o604, false), (0o660, false), (0o640, true), (0o600, true), (0o400, true)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = toml::from_str::<Holder>(&format!("key = {{ file = {:?} }}", path));
            assert_eq!(read.is_ok(), taken, "mode {mode:o}");
            match read {
                Ok(holder) => {
                    assert_eq!(holder.key.reveal(), "s3cret");
                    assert!(!format!("{holder:?}").contains("s3cret"));
                }
                Err(error) => assert!(error.to_string().contains("chmod 600"), "{error}"),
            }
        }
    }

    #[test]
    fn a_secret_in_the_file_itself_or_from_nowhere_is_refused() {
        for text in ["key = \"s3cret\"", "key = {}", "key = { env = \"SUPPORT_TRIAGE_NOT_SET\" }", "key = { env = \"A\", file = \"b\" }"] {
            let error = toml::from_str::<Holder>(text).unwrap_err().to_string();
            assert!(
                error.contains("env") && !error.contains("struct Source") && !error.lines().last().unwrap_or_default().contains("s3cret"),
                "{error}"
            );
        }
    }
}
