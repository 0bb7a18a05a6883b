"""Which binding each name of a Python file refers to, by the language's scope rules (Python 3.9 and later).

Built from the syntax tree alone; nothing is executed. Where the rules leave doubt a name counts as bound: a missed
problem costs less than a false alarm.
"""
import ast
import builtins

ALWAYS_BOUND = frozenset(dir(builtins)) | {
    "__file__", "__name__", "__doc__", "__package__", "__spec__", "__loader__", "__builtins__", "__path__",
    "__annotations__", "__cached__", "__class__", "__debug__", "__dict__", "exit", "quit", "copyright", "credits",
    "license", "help", "WindowsError", "ExceptionGroup", "BaseExceptionGroup", "aiter", "anext", "EncodingWarning",
    "PythonFinalizationError", "_",
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Binding:
    __slots__ = ("kind", "seq", "target", "node")

    def __init__(self, kind, seq, target=None, node=None):
        self.kind = kind        # import, typing_import, def, class, variable, param, global
        self.seq = seq          # position in the order of execution of a module
        self.target = target    # imports: dotted name, relative ones with their dots
        self.node = node        # definitions and variables: where


class Scope:
    __slots__ = ("kind", "node", "parent", "names", "globals", "nonlocals")

    def __init__(self, kind, node, parent):
        self.kind = kind        # module, class, function
        self.node = node
        self.parent = parent
        self.names = {}         # name -> [Binding]
        self.globals = set()
        self.nonlocals = set()

    def lookup(self, name):
        """(scope, bindings) that a name read here refers to, or None for builtins and undefined names."""
        scope, first = self, True
        while scope is not None:
            if name in scope.globals:
                while scope.parent is not None:
                    scope = scope.parent
                found = scope.names.get(name)
                return (scope, found) if found else None
            if (first or scope.kind != "class") and name in scope.names:
                return scope, scope.names[name]
            first = False
            scope = scope.parent
        return None


class Use:
    __slots__ = ("name", "line", "scope", "seq", "immediate", "guarded")

    def __init__(self, name, line, scope, seq, immediate, guarded):
        self.name, self.line, self.scope, self.seq = name, line, scope, seq
        self.immediate = immediate  # read while the module itself is executed, outside loops
        self.guarded = guarded      # inside try/except NameError, for type checkers or for another Python version


def dotted(node):
    """Source text of a chain of names, attributes and calls; "?" where it starts with something else."""
    parts = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append("." + node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            parts.append("()")
            node = node.func
        elif isinstance(node, ast.Name):
            parts.append(node.id)
            break
        else:
            parts.append("?")
            break
    return "".join(reversed(parts))


def caught_names(handlers):
    """Last parts of the exception names of a try's handlers; "" for a bare except."""
    names = set()
    for handler in handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        for kind in kinds:
            names.add("" if kind is None else dotted(kind).rsplit(".", 1)[-1])
    return names


def is_type_checking(test):
    return dotted(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING")


def is_version_test(test):
    """Whether an `if` chooses by the version of Python, so that names of another version stand below it."""
    return any(isinstance(n, (ast.Name, ast.Attribute)) and (getattr(n, "attr", None) or getattr(n, "id", "")) in
               ("version_info", "PY2", "PY3", "hexversion") for n in ast.walk(test))


class ScopeBuilder:
    """Walks a module once; afterwards `scopes` maps id(node) of every Name to its scope and `uses` lists what is read."""

    def __init__(self, tree):
        self.seq = 0
        self.module = Scope("module", tree, None)
        self.scope = self.module
        self.scopes = {}
        self.uses = []
        self.has_star = False
        self.is_dynamic = False     # exec, globals() and the like may bind anything
        self.immediate = True
        self.guarded = False
        self.typing_only = False
        self.lazy_annotations = any(
            isinstance(s, ast.ImportFrom) and s.module == "__future__" and any(a.name == "annotations" for a in s.names)
            for s in tree.body)
        self.body(tree.body)

    # -- binding and reading
    def bind(self, name, kind, target=None, node=None):
        self.seq += 1
        scope = self.scope
        if name in scope.globals:
            # Set when the function runs: from then on it counts as bound everywhere.
            self.module.names.setdefault(name, []).append(Binding("global", -1, None, node))
            return
        if name in scope.nonlocals:
            return
        if self.typing_only and kind == "import":
            kind = "typing_import"
        scope.names.setdefault(name, []).append(Binding(kind, self.seq, target, node))

    def read(self, name, node):
        self.seq += 1
        self.scopes[id(node)] = self.scope
        if name in ("exec", "globals", "locals", "vars", "eval"):
            self.is_dynamic = self.is_dynamic or name in ("exec", "globals", "vars")
        self.uses.append(Use(name, node.lineno, self.scope, self.seq, self.immediate, self.guarded or self.typing_only))

    # -- walking
    def body(self, nodes):
        for node in nodes:
            self.visit(node)

    def visit(self, node):
        if node is None:
            return
        handler = getattr(self, "on_" + type(node).__name__, None)
        if handler is not None:
            handler(node)
        elif isinstance(node, COMPREHENSIONS):
            self.comprehension(node)
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def inner(self, kind, node):
        self.scope = Scope(kind, node, self.scope)
        return self.scope

    def on_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.read(node.id, node)
        else:
            self.scopes[id(node)] = self.scope
            self.bind(node.id, "variable", None, node)

    def on_Attribute(self, node):
        if node.attr in ("_convert_", "global_enum"):
            self.is_dynamic = True      # enums that put their members into the module
        self.visit(node.value)

    def on_Assign(self, node):
        self.visit(node.value)
        self.body(node.targets)

    def on_AugAssign(self, node):
        self.visit(node.value)
        self.visit(node.target)

    def on_AnnAssign(self, node):
        self.visit(node.value)
        if self.scope.kind != "function" and not self.lazy_annotations:
            self.visit(node.annotation)     # inside functions annotations of variables are never evaluated
        self.visit(node.target)

    def on_NamedExpr(self, node):
        self.visit(node.value)
        inner = self.scope
        while isinstance(self.scope.node, COMPREHENSIONS) and self.scope.parent is not None:
            self.scope = self.scope.parent
        self.bind(node.target.id, "variable", None, node.target)
        self.scope = inner
        self.scopes[id(node.target)] = inner

    def on_Import(self, node):
        for alias in node.names:
            if alias.asname:
                self.bind(alias.asname, "import", alias.name, node)
            else:
                root = alias.name.split(".", 1)[0]
                self.bind(root, "import", root, node)

    def on_ImportFrom(self, node):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.has_star = True
            else:
                joint = "" if module.endswith(".") else "."
                self.bind(alias.asname or alias.name, "import", module + joint + alias.name, node)

    def on_Global(self, node):
        if self.scope is not self.module:
            self.scope.globals.update(node.names)

    def on_Nonlocal(self, node):
        self.scope.nonlocals.update(node.names)

    def loop(self, node):
        was, self.immediate = self.immediate, False
        if isinstance(node, ast.While):
            self.visit(node.test)
        else:
            self.visit(node.iter)
            self.visit(node.target)
        self.body(node.body)
        self.body(node.orelse)
        self.immediate = was

    on_For = on_AsyncFor = on_While = loop

    def on_If(self, node):
        self.visit(node.test)
        was = self.typing_only, self.guarded
        self.typing_only = was[0] or is_type_checking(node.test)
        self.guarded = was[1] or is_version_test(node.test)
        self.body(node.body)
        self.typing_only = was[0]
        self.body(node.orelse)
        self.guarded = was[1]

    def on_Try(self, node):
        was = self.guarded, self.immediate
        caught = caught_names(node.handlers)
        self.guarded = was[0] or bool(caught & {"", "NameError", "Exception", "BaseException"})
        self.body(node.body)
        self.guarded = was[0]
        self.body(node.handlers)
        self.body(node.orelse)
        self.body(node.finalbody)

    on_TryStar = on_Try

    def on_ExceptHandler(self, node):
        self.visit(node.type)
        if node.name:
            self.bind(node.name, "variable", None, node)
        self.body(node.body)

    def on_MatchAs(self, node):
        self.visit(node.pattern)
        if node.name:
            self.bind(node.name, "variable", None, node)

    def on_MatchStar(self, node):
        if node.name:
            self.bind(node.name, "variable", None, node)

    def on_MatchMapping(self, node):
        self.body(node.keys)
        self.body(node.patterns)
        if node.rest:
            self.bind(node.rest, "variable", None, node)

    def comprehension(self, node):
        outer, was = self.scope, self.immediate
        generators = node.generators
        self.visit(generators[0].iter)      # evaluated outside, by the language's rule
        if isinstance(node, ast.GeneratorExp):
            self.immediate = False          # runs when it is consumed
        self.inner("function", node)
        for i, generator in enumerate(generators):
            if i:
                self.visit(generator.iter)
            self.visit(generator.target)
            self.body(generator.ifs)
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)
        self.scope, self.immediate = outer, was

    def type_params(self, node):
        """Python 3.12: names between [ and ] live in a scope around the definition."""
        params = getattr(node, "type_params", None)
        if params:
            self.inner("function", node)
            for param in params:
                self.bind(param.name, "param", None, param)
        return params

    def function(self, node):
        outer, was = self.scope, (self.immediate, self.guarded)
        args = node.args
        every = args.posonlyargs + args.args + args.kwonlyargs
        every += [a for a in (args.vararg, args.kwarg) if a is not None]
        is_lambda = isinstance(node, ast.Lambda)
        if not is_lambda:
            self.body(node.decorator_list)
        self.body(args.defaults)
        self.body(args.kw_defaults)
        if not is_lambda:
            self.type_params(node)
            if not self.lazy_annotations:
                for arg in every:
                    self.visit(arg.annotation)
                self.visit(node.returns)
            inside, self.scope = self.scope, outer
            self.bind(node.name, "def", None, node)
            self.scope = inside
        self.immediate = self.guarded = False
        self.inner("function", node)
        for arg in every:
            self.bind(arg.arg, "param", None, arg)
        if is_lambda:
            self.visit(node.body)
        else:
            self.body(node.body)
        self.scope, (self.immediate, self.guarded) = outer, was

    on_FunctionDef = on_AsyncFunctionDef = on_Lambda = function

    def on_ClassDef(self, node):
        outer = self.scope
        self.body(node.decorator_list)
        self.type_params(node)
        self.body(node.bases)
        self.body(node.keywords)
        self.inner("class", node)
        for name in ("__module__", "__qualname__"):
            self.bind(name, "variable", None, node)
        self.body(node.body)
        self.scope = outer
        self.bind(node.name, "class", None, node)

    def on_TypeAlias(self, node):
        self.bind(node.name.id, "variable", None, node)
        was, self.immediate = self.immediate, False
        outer = self.scope
        self.type_params(node)
        self.visit(node.value)
        self.scope, self.immediate = outer, was

    # -- results
    def problems(self):
        """[(name, message, line)], one a name and kind of problem in each scope, in order of lines."""
        if self.has_star or self.is_dynamic:
            return []
        found, seen = [], set()
        for use in self.uses:
            if use.guarded or (use.name.startswith("__") and not use.name.endswith("__")):
                continue    # the second: private names are mangled inside classes
            hit = use.scope.lookup(use.name)
            message = None
            if hit is None:
                if use.name not in ALWAYS_BOUND:
                    message = "undefined name '%s'" % use.name
            else:
                scope, bindings = hit
                if all(b.kind == "typing_import" for b in bindings):
                    message = "'%s' is imported only under TYPE_CHECKING but used at run time" % use.name
                elif (scope is self.module and use.immediate and use.name not in ALWAYS_BOUND
                      and min(b.seq for b in bindings) > use.seq):
                    message = "'%s' is used before it is defined" % use.name
            if message and (use.name, id(use.scope), message) not in seen:
                seen.add((use.name, id(use.scope), message))
                found.append((use.name, message, use.line))
        return sorted(found, key=lambda p: (p[2], p[0]))

    def imported_or_defined(self, name_node):
        """What a Name stands for: ("import", dotted) | ("local", name) | ("builtin", name) | ("variable", Binding)."""
        scope = self.scopes.get(id(name_node))
        if scope is None:
            return "variable", None
        hit = scope.lookup(name_node.id)
        if hit is None:
            return ("builtin", name_node.id) if name_node.id in ALWAYS_BOUND else ("variable", None)
        where, bindings = hit
        kinds = {b.kind for b in bindings}
        if kinds <= {"import", "typing_import"}:
            return "import", bindings[0].target
        if "import" in kinds and kinds <= {"import", "typing_import", "variable"}:
            return "import", next(b.target for b in bindings if b.kind == "import")     # except ImportError: x = None
        if kinds <= {"def", "class"} and len(bindings) == 1 and where is self.module:
            return "local", name_node.id
        return "variable", bindings[0] if len(bindings) == 1 else None
