//! How results read: `name: value` lines, and aligned tables.

use crate::node::Node;

/// A resource as lines.
pub(crate) fn lines(node: &Node) -> String {
    let mut text = String::new();
    write_lines(&mut text, node, 0);
    text.truncate(text.trim_end().len());
    text
}

/// A list as a table: a line of the members' names, then a line for each item.
pub(crate) fn table<S: AsRef<str>>(items: &[Node], columns: &[S]) -> String {
    let head = columns.iter().map(|column| column.as_ref().to_owned()).collect();
    let row = |item: &Node| columns.iter().map(|column| cell(item, column.as_ref())).collect();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(items.iter().map(row)).collect();
    let widest = |i: usize| rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns.len()).map(|i| widest(i).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn write_lines(text: &mut String, node: &Node, indent: usize) {
    let Node::Object(members) = node else {
        text.push_str(&format!("{:indent$}{}\n", "", short(node).unwrap_or_default()));
        return;
    };
    for (name, value) in members {
        let value = &readable(node, name, value);
        if let Some(value) = short(value) {
            text.push_str(&format!("{:indent$}{name}: {value}\n", ""));
            continue;
        }
        text.push_str(&format!("{:indent$}{name}:\n", ""));
        match value {
            Node::List(items) => {
                let indent = indent + 2;
                for line in table(items, &columns_of(items)).lines() {
                    text.push_str(&format!("{:indent$}{line}\n", ""));
                }
            }
            other => write_lines(text, other, indent + 2),
        }
    }
}

/// The names of all members that any of the items has a value of, in their order.
fn columns_of(items: &[Node]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for item in items {
        let Node::Object(members) = item else { continue };
        for (name, value) in members {
            let shown = short(&readable(item, name, value));
            if shown.as_deref() != Some("-") && !columns.contains(name) {
                columns.push(name.clone());
            }
        }
    }
    columns
}

/// `a.b` is the member `b` of the member `a`.
fn cell(item: &Node, column: &str) -> String {
    let (item, column) = match column.split_once('.') {
        Some((outer, inner)) => (item.get(outer).unwrap_or(&Node::Null), inner),
        None => (item, column),
    };
    let Some(value) = item.get(column) else { return "-".to_owned() };
    let value = readable(item, column, value);
    short(&value).unwrap_or_else(|| serde_json::to_string(&value).unwrap_or_default())
}

/// Says "unlimited" where null means it: amounts of features (FEAT-2).
fn readable(of: &Node, name: &str, value: &Node) -> Node {
    let unlimited = || Node::Text("unlimited".to_owned());
    let counted = matches!(of.get("type").and_then(Node::as_str), Some("usageCount" | "elementPool"));
    match value {
        Node::Null if counted && matches!(name, "value" | "total" | "available") => unlimited(),
        Node::Object(members) if name == "features" => {
            let told = |node: &Node| if *node == Node::Null { unlimited() } else { node.clone() };
            Node::Object(members.iter().map(|(key, value)| (key.clone(), told(value))).collect())
        }
        other => other.clone(),
    }
}

/// The text of what fits on a line; nothing for objects, and for lists of them.
pub(crate) fn short(node: &Node) -> Option<String> {
    match node {
        Node::Null => Some("-".to_owned()),
        Node::Bool(truth) => Some(if *truth { "yes" } else { "no" }.to_owned()),
        Node::Number(number) => Some(number.to_string()),
        Node::Text(text) => Some(if text.is_empty() { "-".to_owned() } else { printable(text) }),
        Node::List(items) if items.is_empty() => Some("-".to_owned()),
        Node::List(items) => {
            let plain = items.iter().all(|item| !matches!(item, Node::Object(_) | Node::List(_)));
            plain.then(|| items.iter().filter_map(short).collect::<Vec<_>>().join(", "))
        }
        Node::Object(members) => of_object(members),
    }
}

/// Intervals and overdrafts; and what is empty.
fn of_object(members: &[(String, Node)]) -> Option<String> {
    match members {
        [] => Some("-".to_owned()),
        [(unit_name, Node::Text(unit)), (count_name, Node::Number(count))]
            if unit_name == "unit" && count_name == "count" =>
        {
            let plural = if count.as_u64() == Some(1) { "" } else { "s" };
            Some(format!("{count} {unit}{plural}"))
        }
        [(name, Node::Text(kind))] if name == "type" => Some(kind.clone()),
        [(name, Node::Text(kind)), (value_name, Node::Number(value))] if name == "type" && value_name == "value" => {
            // As it is given: `--overdraft 2`, `--overdraft 20%`.
            Some(match kind.as_str() {
                "absolute" => value.to_string(),
                "percentage" => format!("{value}%"),
                _ => format!("{kind} {value}"),
            })
        }
        _ => None,
    }
}

/// What others wrote must not steer the terminal, nor break a line.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(json: &str) -> Node {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_resource_reads_as_lines_in_the_servers_order() {
        let text = lines(&node(
            r#"{"id":"prod_1","name":"Acme","leasePeriod":{"unit":"day","count":7},"gracePeriod":null,"automatic":false,
                "overdraft":{"type":"absolute","value":2},"metadata":{"crm":"7"},"scopes":["a","b"],
                "features":[{"key":"seats","type":"elementPool","value":null},{"key":"export","type":"bool","value":true}]}"#,
        ));
        let expected = "id: prod_1\nname: Acme\nleasePeriod: 7 days\ngracePeriod: -\nautomatic: no\n\
                        overdraft: 2\nmetadata:\n  crm: 7\nscopes: a, b\nfeatures:\n\
                        \x20 key     type         value\n  seats   elementPool  unlimited\n  export  bool         yes";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_table_is_aligned_and_names_what_is_not_there() {
        let items = [node(r#"{"id":"1","name":"Zürich"}"#), node(r#"{"id":"22","name":null}"#)];
        assert_eq!(table(&items, &["id", "name", "ref"]), "id  name    ref\n1   Zürich  -\n22  -       -");
    }

    #[test]
    fn texts_of_others_do_not_steer_the_terminal() {
        assert_eq!(lines(&node(r#"{"name":"a\u001b[2Jb\nc"}"#)), "name: a [2Jb c");
    }

    #[test]
    fn json_keeps_its_order_and_numbers() {
        let json = r#"{"z":1,"a":[true,null,9007199254740991,-2,0.5],"m":{"y":"","b":{}}}"#;
        assert_eq!(serde_json::to_string(&node(json)).unwrap(), json);
    }
}
