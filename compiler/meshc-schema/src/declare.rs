use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::Object;
use meshc_source::{FileId, Format, SourceFile, SourceMap, Span};
use meshc_syntax::{Node, Value, parse};
use rayon::prelude::*;

use crate::kinds::mesh::{self, MeshDecl};
use crate::object::{self, TypeMeta};
use crate::placeholder;
use crate::reader::{Fields, first_of};
use crate::render_first::{self, Charts};
use crate::suggest::{did_you_mean, nearest};

/// How many findings of each severity a single file may have. No person mends more at once, and a file of a million
/// broken documents must not take the memory of a million findings.
const MOST_FINDINGS: usize = 10_000;

/// What a project declares.
#[derive(Debug, Default)]
pub struct Declarations {
    /// Its Mesh documents; there should be one.
    pub meshes: Vec<MeshDecl>,
    /// Its objects, in the order of files and documents.
    pub objects: Vec<Object>,
}

/// Reads every file of `sources`.
pub fn declare(sources: &SourceMap, diags: &mut Diagnostics) -> Declarations {
    let charts = Charts::find(sources);
    let files: Vec<_> = sources.files().collect();
    let read: Vec<_> = files.par_iter().map(|(id, file)| declare_file(*id, file, &charts)).collect();
    let mut declarations = Declarations::default();
    for (declared, said) in read {
        declarations.meshes.extend(declared.meshes);
        declarations.objects.extend(declared.objects);
        diags.extend(said);
    }
    declarations
}

fn declare_file(id: FileId, file: &SourceFile, charts: &Charts<'_>) -> (Declarations, Diagnostics) {
    let mut diags = Diagnostics::of_file(MOST_FINDINGS);
    let mut declarations = Declarations::default();
    if charts.contain(file.path()) {
        if render_first::is_chart(file.path()) {
            diags.push(render_first::chart(file.path(), first_line(id, file.text())));
        }
        return (declarations, diags);
    }
    if let Some(diagnostic) = not_utf8(id, file) {
        diags.push(diagnostic);
        return (declarations, diags);
    }
    let tree = parse(id, file.text(), &mut diags);
    for document in tree.documents(file.text()) {
        read_document(document, id, file, &mut declarations, &mut diags);
    }
    if let Some(found) = placeholder::report(file.path(), &declarations.objects) {
        diags.push(found);
    }
    (declarations, diags)
}

fn not_utf8(id: FileId, file: &SourceFile) -> Option<Diagnostic> {
    let not_utf8 = |what: &str, at: u32, label: &str| {
        let len = file.text()[at as usize..].chars().next().map_or(0, char::len_utf8);
        Diagnostic::new(Code::NotUtf8, format!("`{}` is {what}", file.path()))
            .at(Span::new(id, at, at + len as u32), label)
    };
    Some(match (file.format(), file.invalid_utf8()) {
        (Some(Format::Encoding(encoding)), _) => {
            not_utf8(&format!("{encoding} and not UTF-8"), 0, "starts like this").help("save the file as UTF-8")
        }
        (Some(Format::Binary(what)), _) => not_utf8(&format!("{what} and not YAML"), 0, "starts like one")
            .help("take the file out of the project, or name it in `.gitignore`"),
        (None, Some(at)) => {
            not_utf8("not UTF-8", at, "this byte is not part of a character").help("save the file as UTF-8")
        }
        (None, None) => return None,
    })
}

fn first_line(id: FileId, text: &str) -> Span {
    let line = text.lines().next().unwrap_or_default();
    Span::new(id, 0, line.trim_end().len() as u32)
}

fn read_document(
    node: Node<'_>,
    id: FileId,
    file: &SourceFile,
    declarations: &mut Declarations,
    diags: &mut Diagnostics,
) {
    let Some(fields) = Fields::item(node, "items", diags) else {
        return;
    };
    let api_version = fields.string("apiVersion", diags);
    let kind = fields.string("kind", diags);
    let (Some(api_version), Some(kind)) = (api_version, kind) else {
        if fields.get("apiVersion").is_none() || fields.get("kind").is_none() {
            incomplete(fields, node, file.path(), diags);
        }
        return;
    };
    let type_meta = TypeMeta { api_version: api_version.value, kind: kind.value, kind_span: kind.span };
    if render_first::is_kustomize(type_meta.group()) {
        diags.push(render_first::kustomization(file.path(), kind.span));
    } else if type_meta.group() == "meshc.dev" {
        read_ours(node, fields, type_meta, api_version.span, id, declarations, diags);
    } else if let Some(items) = list_items(node, type_meta) {
        for item in items {
            read_item(item, type_meta, id, file, declarations, diags);
        }
    } else {
        declarations.objects.extend(object::read(node, type_meta, id, diags));
    }
}

/// A document that lacks its kind or version: one of another tool, or a slip.
fn incomplete(fields: Fields<'_>, node: Node<'_>, path: &str, diags: &mut Diagnostics) {
    let at = first_of(node);
    if render_first::is_kustomization_file(path) {
        diags.push(render_first::kustomization(path, at));
        return;
    }
    match (fields.get("apiVersion").is_some(), fields.get("kind").is_some()) {
        (true, false) => fields.missing("kind", "the object", diags),
        (false, true) => fields.missing("apiVersion", "the object", diags),
        (true, true) => {}
        (false, false) => diags.push(
            Diagnostic::new(Code::NotAnObject, "a document without `apiVersion` and `kind` is left out")
                .at(at, "no object of Kubernetes"),
        ),
    }
}

fn read_ours(
    node: Node<'_>,
    fields: Fields<'_>,
    type_meta: TypeMeta<'_>,
    version_span: Span,
    id: FileId,
    declarations: &mut Declarations,
    diags: &mut Diagnostics,
) {
    if type_meta.api_version != crate::API_VERSION {
        diags.push(
            Diagnostic::new(Code::UnknownKind, format!("there is no version `{}`", type_meta.api_version))
                .at(version_span, "not known to this meshc")
                .help(format!("write `{}`", crate::API_VERSION)),
        );
        return;
    }
    match type_meta.kind {
        "Mesh" => declarations.meshes.push(mesh::read(fields, type_meta.kind_span, diags)),
        "TrafficPolicy" => declarations.objects.extend(object::read_policy(node, type_meta, id, diags)),
        other => {
            let suggestion = did_you_mean(nearest(other, ["Mesh", "TrafficPolicy"]));
            diags.push(
                Diagnostic::new(Code::UnknownKind, format!("there is no kind `{other}` in `{}`", crate::API_VERSION))
                    .at(type_meta.kind_span, "not known")
                    .help(suggestion.unwrap_or_else(|| "the kinds are `Mesh` and `TrafficPolicy`".into())),
            );
        }
    }
}

/// The items of a List, or of a list of one kind, as `kubectl get -o yaml` prints them.
fn list_items<'t>(node: Node<'t>, type_meta: TypeMeta<'_>) -> Option<Vec<Node<'t>>> {
    let items = node.get("items")?;
    (type_meta.kind.ends_with("List") && matches!(items.value(), Value::Seq)).then(|| items.items().collect())
}

/// An item of a list; in a list of one kind it need not say which.
fn read_item(
    item: Node<'_>,
    list: TypeMeta<'_>,
    id: FileId,
    file: &SourceFile,
    declarations: &mut Declarations,
    diags: &mut Diagnostics,
) {
    let of_one_kind = list.kind != "List" && item.get("kind").is_none() && item.get("apiVersion").is_none();
    if of_one_kind && Fields::item(item, "items", diags).is_some() {
        diags.push(
            Diagnostic::new(Code::MissingField, format!("an item of the {} has no `apiVersion` and `kind`", list.kind))
                .at(first_of(item), "`apiVersion` and `kind` belong here")
                .help("a List needs them on each item to be applied"),
        );
    } else {
        read_document(item, id, file, declarations, diags);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[(&str, &str)]) -> (Declarations, Vec<String>) {
        let files = texts.iter().map(|(path, text)| SourceFile::new(*path, text.as_bytes().to_vec())).collect();
        let sources = SourceMap::new(files);
        let mut diags = Diagnostics::new();
        let declarations = declare(&sources, &mut diags);
        let said = diags.into_sorted().iter().map(|d| format!("{} {}", d.code, d.headline)).collect();
        (declarations, said)
    }

    #[test]
    fn items_of_a_list_are_objects() {
        let (declared, said) = read(&[(
            "a.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: b, namespace: x}\n",
        )]);
        assert_eq!(said, [""; 0]);
        let keys: Vec<_> = declared.objects.iter().map(|object| object.key.to_string()).collect();
        assert_eq!(keys, ["Service default/a", "ConfigMap x/b"]);
    }

    #[test]
    fn objects_of_the_cluster_have_no_namespace() {
        let (declared, _) = read(&[("a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")]);
        assert_eq!(declared.objects[0].key.to_string(), "Namespace a");
    }

    #[test]
    fn a_service_of_another_group_is_none_of_ours() {
        let (declared, _) =
            read(&[("a.yaml", "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\n")]);
        assert!(matches!(declared.objects[0].body, meshc_model::Body::Other));
    }

    #[test]
    fn a_chart_is_left_out_with_one_word() {
        let (declared, said) = read(&[
            ("shop/Chart.yaml", "apiVersion: v2\nname: shop\n"),
            ("shop/templates/a.yaml", "a: {{ .Values.x }}\n"),
            ("shop/values.yaml", "x: 1\n"),
        ]);
        assert!(declared.objects.is_empty());
        assert_eq!(said, ["M0202 `shop` is a Helm chart, and its templates are left out"]);
    }
}
