"""Source text, literals, signatures, what a name was made from, and chains of config reads, of a syntax tree."""
import ast
import collections

MAX_TEXT = 400
MAX_CHAIN = 60      # parts of one dotted chain that are looked at
CONFIG_NAMES = frozenset(("cfg", "config", "conf", "configuration", "hparams"))
CONFIG_LOADERS = frozenset(("load_config", "load_cfg", "read_config", "get_config", "safe_load", "load_yaml"))
CONFIG_TYPES = frozenset(("", "Config", "dict", "Dict", "Mapping", "MutableMapping", "Any", "SimpleNamespace",
                          "DictConfig", "object"))
RETURNS_SELF = frozenset(("to", "cuda", "cpu", "eval", "train", "float", "half", "double", "requires_grad_"))
MAPPING_METHODS = frozenset(("items", "keys", "values", "copy", "to_dict", "as_dict", "update", "pop", "setdefault"))

Chain = collections.namedtuple("Chain", "base path has_default default rooted whole nodes typed method")


def cut(text, limit=MAX_TEXT):
    return text if len(text) <= limit else text[:limit - 3] + "..."


def text_of(node, limit=MAX_TEXT):
    if node is None:
        return ""
    try:
        return cut(ast.unparse(node), limit)
    except (ValueError, RecursionError, MemoryError):   # numbers too long to print, deep trees
        return "?"


def literal_text(node, depth=0):
    """Source text of a literal, "" for everything else."""
    if isinstance(node, ast.Constant):
        return text_of(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return text_of(node) if isinstance(node.operand, ast.Constant) else ""
    if depth < 3 and isinstance(node, (ast.Tuple, ast.List, ast.Set)) and len(node.elts) <= 50:
        return text_of(node) if all(literal_text(e, depth + 1) for e in node.elts) else ""
    if depth < 3 and isinstance(node, ast.Dict) and len(node.keys) <= 50:
        every = [k for k in node.keys] + node.values
        return text_of(node) if all(k is not None and literal_text(k, depth + 1) for k in every) else ""
    return ""


def unsubscripted(nodes):
    return [n.value if isinstance(n, ast.Subscript) else n for n in nodes]


def is_ellipsis(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is Ellipsis


def is_main_guard(test):
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return False
    sides = [test.left, test.comparators[0]]
    return (any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides)
            and any(isinstance(s, ast.Constant) and s.value == "__main__" for s in sides))


def has_docstring(node):
    return bool(node.body) and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant) \
        and isinstance(node.body[0].value.value, str)


def body_without_docstring(node):
    return node.body[1:] if has_docstring(node) else node.body


def doc_line(node):
    if not has_docstring(node):
        return ""
    lines = node.body[0].value.value.strip().splitlines()
    return cut(lines[0].strip(), 200) if lines else ""


def stub_form(node):
    body = body_without_docstring(node)
    forms = set()
    for statement in body:
        if isinstance(statement, ast.Pass):
            forms.add("pass")
        elif is_ellipsis(statement):
            forms.add("...")
        elif isinstance(statement, ast.Raise) and statement.exc is not None and \
                dotted(statement.exc).rstrip("()") == "NotImplementedError":
            forms.add("NotImplementedError")
        else:
            return ""
    for form in ("NotImplementedError", "...", "pass"):
        if form in forms:
            return form
    return "docstring"


def count_statements(nodes):
    return sum(isinstance(n, ast.stmt) for top in nodes for n in ast.walk(top))


def all_arguments(args):
    every = args.posonlyargs + args.args + ([args.vararg] if args.vararg else []) + args.kwonlyargs
    return every + ([args.kwarg] if args.kwarg else [])


def params_of(args):
    def param(arg, default, kind):
        return {"name": arg.arg, "annotation": text_of(arg.annotation), "default_value": text_of(default), "kind": kind}

    plain = [(a, "positional_only") for a in args.posonlyargs] + [(a, "positional") for a in args.args]
    defaults = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
    out = [param(a, d, kind) for (a, kind), d in zip(plain, defaults)]
    if args.vararg:
        out.append(param(args.vararg, None, "var_positional"))
    out += [param(a, d, "keyword_only") for a, d in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg:
        out.append(param(args.kwarg, None, "var_keyword"))
    return out


def definition_facts(node, name, kind):
    form = stub_form(node)
    first = min([node.lineno] + [d.lineno for d in node.decorator_list])
    return {"name": cut(name), "kind": kind, "line": first, "end_line": node.end_lineno or first, "doc": doc_line(node),
            "decorators": [text_of(d) for d in node.decorator_list], "is_stub": bool(form), "stub_form": form,
            "body_statements": count_statements(body_without_docstring(node))}


def function_facts(node, name, kind):
    return dict(definition_facts(node, name, kind), params=params_of(node.args), returns=text_of(node.returns))


def class_facts(node, name):
    bases = [text_of(b) for b in node.bases] + [k.arg + "=" + text_of(k.value) for k in node.keywords if k.arg]
    return dict(definition_facts(node, name, "class"), bases=bases)


def without_decorators(text):
    """The text after leading "@name" and "@name(...)", which Python wants on lines of their own."""
    while text.startswith("@"):
        at = 1
        while at < len(text) and (text[at].isalnum() or text[at] in "._"):
            at += 1
        if at < len(text) and text[at] == "(":
            depth = 0
            while at < len(text):
                depth += {"(": 1, ")": -1}.get(text[at], 0)
                at += 1
                if depth == 0:
                    break
        text = text[at:].strip()
    return text


def signature_facts(text):
    """Definition of "def f(a: int) -> str", "class A(B)" or "f(a) -> b"; an empty name when it is none. Decorators may
    stand before it on the same line: "@classmethod def f(cls)"."""
    text = without_decorators(text.strip()).rstrip(":").strip()
    for candidate in (text, text + ": pass", "def " + text + ": pass"):
        try:
            body = ast.parse(candidate).body
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            continue
        if len(body) == 1 and isinstance(body[0], FUNCTIONS):
            return function_facts(body[0], body[0].name, "function")
        if len(body) == 1 and isinstance(body[0], ast.ClassDef):
            return class_facts(body[0], body[0].name)
    return {"name": ""}


class Values:
    """What names stand for, in one file whose scopes are known."""

    def __init__(self, scopes, tree):
        self.scopes = scopes
        self.assigned = {}              # id(Name being assigned) -> value
        self.self_attributes = {}       # id(ClassDef) -> {attribute: [value]}
        self.params = {}                # id(arg) -> arg
        self.scan(tree)

    def scan(self, tree):
        stack = [(tree, None)]
        while stack:
            node, owner = stack.pop()
            if isinstance(node, ast.ClassDef):
                owner = node
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                self.note(node.targets[0], node.value, owner)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self.note(node.target, node.value, owner)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
                self.note(node, None, owner)    # counted, so that a second assignment makes the value unknown
            stack.extend((child, owner) for child in ast.iter_child_nodes(node))

    def note(self, target, value, owner):
        if isinstance(target, ast.Name):
            self.assigned[id(target)] = value
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self" \
                and owner is not None:
            values = self.self_attributes.setdefault(id(owner), {}).setdefault(target.attr, {})
            if value is not None or id(target) not in values:
                values[id(target)] = value

    def resolve(self, node, only_imports=False):
        """Dotted text of a chain with its first name replaced by what it was imported as; "" for variables."""
        tail = []
        for _ in range(MAX_CHAIN):
            if isinstance(node, ast.Attribute):
                tail.append("." + node.attr)
                node = node.value
            elif isinstance(node, ast.Call) and not only_imports:
                tail.append("()")
                node = node.func
            else:
                break
        if not isinstance(node, ast.Name):
            return ""
        kind, target = self.scopes.imported_or_defined(node)
        if kind == "import":
            head = target
        elif only_imports or kind == "variable":
            return ""
        else:
            head = "builtins." + target if kind == "builtin" else target
        return cut(head + "".join(reversed(tail)))

    def constructed(self, value):
        """Callee that made a value, looking through .to(device) and the like; "" when it is no call."""
        for _ in range(10):
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in RETURNS_SELF \
                    and isinstance(value.func.value, ast.Call):
                value = value.func.value
        return self.resolve(value.func) if isinstance(value, ast.Call) else ""

    def receiver(self, func, class_def):
        """Constructor of what a method is called on, or of what itself is called: `net(x)`, `net.fit(x)`, `self.net(x)`."""
        holder = func
        if isinstance(func, ast.Attribute):
            holder = func.value
            if isinstance(holder, ast.Name) and holder.id == "self":
                holder = func       # self.net(x)
        if isinstance(holder, ast.Name):
            return self.made_by(holder)
        if isinstance(holder, ast.Attribute) and isinstance(holder.value, ast.Name) and holder.value.id == "self" \
                and class_def is not None:
            values = list(self.self_attributes.get(id(class_def), {}).get(holder.attr, {}).values())
            return self.constructed(values[0]) if len(values) == 1 else ""
        return ""

    def made_by(self, name):
        scope = self.scopes.scopes.get(id(name))
        hit = scope.lookup(name.id) if scope is not None else None
        if hit is None:
            return ""
        makers = set()
        for binding in hit[1]:
            value = self.assigned.get(id(binding.node)) if binding.kind == "variable" else None
            if value is None:
                return ""
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and \
                    value.func.attr in RETURNS_SELF and isinstance(value.func.value, ast.Name) and \
                    value.func.value.id == name.id:
                continue            # net = net.to(device)
            makers.add(self.constructed(value))
        return makers.pop() if len(makers) == 1 else ""

    # -- config reads
    def config_chain(self, node, depth=0):
        """The config path a chain of attributes, ["key"] and .get("key") reads, or None when it starts elsewhere."""
        path, nodes, has_default, default, whole, method = [], [], False, "", False, ""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and self.get_key(node) is None:
            method = node.func.attr
            whole = method in MAPPING_METHODS
            nodes.append(id(node.func))
            node = node.func.value      # a method of the value: cfg.name.lower()
        elif isinstance(node, ast.Call) and self.get_key(node) is not None:
            has_default = True
            default = literal_text(node.args[1]) if len(node.args) > 1 else ""
        for _ in range(MAX_CHAIN):
            key = None
            inner = None
            if isinstance(node, ast.Attribute):
                key, inner = node.attr, node.value
                if key in CONFIG_NAMES and isinstance(inner, ast.Name) and inner.id == "self":
                    return Chain("self." + key, path[::-1], has_default, default, False, whole, nodes, False, method)
            elif isinstance(node, ast.Subscript):
                index = node.slice
                if isinstance(index, ast.Constant) and isinstance(index.value, str):
                    key, inner = index.value, node.value
                else:
                    path, inner = [], node.value    # cfg.layers[0].width: only the part before is a path
            elif isinstance(node, ast.Call) and self.get_key(node) is not None:
                key, inner = self.get_key(node), node.func.value
                nodes.append(id(node.func))
                has_default, method = True, method or "get"
            else:
                break
            nodes.append(id(node))
            if key is not None:
                path.append(key)
            node = inner
        if not isinstance(node, ast.Name):
            return None
        root = self.config_root(node, depth)
        if root is None:
            return None
        base, prefix, rooted, typed = root
        return Chain(base, prefix + path[::-1], has_default, default, rooted, whole, nodes, typed, method)

    @staticmethod
    def get_key(node):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args \
                and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            return node.args[0].value
        return None

    def config_root(self, name, depth):
        """(base, path before it, rooted, typed as Config) of a variable that holds config, or None."""
        scope = self.scopes.scopes.get(id(name))
        hit = scope.lookup(name.id) if scope is not None else None
        if hit is None:
            return None
        bindings = hit[1]
        if all(b.kind == "param" for b in bindings):
            annotation = getattr(bindings[0].node, "annotation", None)
            kind = text_of(annotation).strip("'\"").split("[")[0].rsplit(".", 1)[-1]
            known = kind == "Config" or (name.id in CONFIG_NAMES and kind in CONFIG_TYPES)
            return (name.id, [], False, kind == "Config") if known else None
        values = [self.assigned.get(id(b.node)) if b.kind == "variable" else None for b in bindings]
        if len(values) == 1 and values[0] is not None:
            value = values[0]
            if isinstance(value, ast.Call) and dotted(value.func).rsplit(".", 1)[-1] in CONFIG_LOADERS:
                return name.id, [], True, False
            if depth < 5 and isinstance(value, (ast.Attribute, ast.Subscript, ast.Call)):
                chain = self.config_chain(value, depth + 1)
                if chain is not None and not chain.whole and chain.path:
                    return chain.base, chain.path, chain.rooted, chain.typed
            return None
        if name.id in CONFIG_NAMES and all(b.kind == "variable" for b in bindings):
            return name.id, [], False, False
        return None
