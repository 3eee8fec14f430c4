//! The keys, certificates and tokens of clusters, made by openssl.

use std::path::Path;
use std::process::Command;

/// Who may sign in: the admin may do anything, the others what a test lets them.
const TOKENS: &str = "admin-token,admin,admin,\"system:masters\"\nreader-token,reader,reader\ndeployer-token,deployer,deployer\nvisitor-token,visitor,visitor\nwriter-token,writer,writer\n";

const KEYS: &str = "
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 2 \
  -subj /CN=ca -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=server
printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\\nextendedKeyUsage=serverAuth,clientAuth\\n' > server.ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out server.crt -extfile server.ext
openssl genrsa -out sa.key 2048
openssl rsa -in sa.key -pubout -out sa.pub
";

/// A JSON Web Token (RFC 7519) of a service account, signed as the cluster signs, of 2001.
const EXPIRED: &str = r#"
encoded() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
head=$(printf '{"alg":"RS256","typ":"JWT"}' | encoded)
claims=$(printf '{"iss":"%s","aud":["%s"],"sub":"system:serviceaccount:default:old","iat":1000000000,"exp":1000003600}' "$1" "$1" | encoded)
printf '%s.%s.%s' "$head" "$claims" "$(printf '%s.%s' "$head" "$claims" | openssl dgst -sha256 -sign sa.key | encoded)"
"#;

/// Makes what servers and those who sign in need, in `folder`.
pub(super) fn make(folder: &Path) {
    run(folder, KEYS, "");
    std::fs::write(folder.join("tokens.csv"), TOKENS).expect("it can be written");
}

/// A token that the server at `issuer` made, as it were, and takes no more.
pub(super) fn expired_token(folder: &Path, issuer: &str) -> String {
    run(folder, EXPIRED, issuer)
}

fn run(folder: &Path, script: &str, arg: &str) -> String {
    let made = Command::new("sh").args(["-ec", script, "sh", arg]).current_dir(folder).output();
    let made = made.expect("there is a shell");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8_lossy(&made.stdout).into_owned()
}
