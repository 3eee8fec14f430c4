//! From a name to what it names, and back.

use lsp_types::{Definition, DefinitionResponse, Location, Position};
use meshc_compiler::model::{Object, names};
use meshc_compiler::schema::annotations;
use meshc_source::{FileId, Span};

use super::{mentions, tree};
use crate::cursor::{Cursor, Step};
use crate::view::View;

/// Where what is named at `position` is: the line of a cluster in the Mesh, or the same object in other clusters.
pub(super) fn definition(view: View<'_>, file: FileId, position: Position) -> Option<DefinitionResponse> {
    let places = match at(view, file, position)? {
        Named::Cluster { declared, .. } => vec![declared?],
        Named::Object { own, mut others } => {
            if others.is_empty() {
                others.push(own);
            }
            others
        }
    };
    Some(DefinitionResponse::Definition(Definition::LocationList(locations(view, places))))
}

/// Every place that speaks of what is named at `position`.
pub(super) fn references(view: View<'_>, file: FileId, position: Position, declaration: bool) -> Option<Vec<Location>> {
    let places = match at(view, file, position)? {
        Named::Cluster { declared, mentions } => declared.filter(|_| declaration).into_iter().chain(mentions).collect(),
        Named::Object { own, others } => {
            let mut places = others;
            places.extend(declaration.then_some(own));
            places.sort_unstable();
            places
        }
    };
    Some(locations(view, places))
}

fn locations(view: View<'_>, places: Vec<Span>) -> Vec<Location> {
    places.into_iter().map(|span| view.location(span)).collect()
}

/// What is named at a place.
enum Named {
    /// A cluster: where it is declared, and every other place that names it.
    Cluster { declared: Option<Span>, mentions: Vec<Span> },
    /// An object: its own place, and those of the same object in other clusters.
    Object { own: Span, others: Vec<Span> },
}

fn at(view: View<'_>, file: FileId, position: Position) -> Option<Named> {
    let offset = view.offset(file, position);
    let tree = tree(view, file);
    let cursor = Cursor::find(tree.documents(view.text(file)), offset)?;
    if let Some((cluster, _)) = mentions::cluster_at(view, &cursor, offset) {
        let declared = view.analysis.mesh.cluster(cluster).span;
        return Some(Named::Cluster { declared, mentions: mentions::of_cluster(view, cluster) });
    }
    if !names_object(&cursor) {
        return None;
    }
    let own = object_at(view, &cursor)?;
    let same = view.analysis.mesh.objects.iter().filter(|other| other.key == own.key && other.span != own.span);
    Some(Named::Object { own: own.span, others: same.map(|other| other.span).collect() })
}

/// Whether the place stands for the whole object: its name, its kind, or an annotation that joins it with others.
fn names_object(cursor: &Cursor<'_>) -> bool {
    match cursor.steps[..] {
        [Step::Field("kind")] | [Step::Field("metadata"), Step::Field("name")] => true,
        _ => cursor
            .annotation()
            .and_then(annotations::find)
            .is_some_and(|known| [names::GLOBAL, names::SHARED, names::AFFINITY, names::SYNC].contains(&known.key)),
    }
}

/// The object of the mesh that `cursor` is in.
pub(super) fn object_at<'a>(view: View<'a>, cursor: &Cursor<'_>) -> Option<&'a Object> {
    let extent = cursor.object.span();
    view.analysis.mesh.objects.iter().find(|object| object.extent == extent)
}
