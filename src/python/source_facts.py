"""Facts of Python files as JSON lines. Reads {"files": [[path, text]], "signatures": [text]} from standard input, writes
one object a file, one of signatures when asked, and {"done": true}. Parses and compiles, never executes. The scope
rules stand in source_scopes.py, which is placed before this text; literals, signatures and config reads likewise in
source_values.py.
"""
import ast
import io
import json
import sys
import threading
import tokenize
import warnings

MAX_ITEMS = 50000       # of one list of one file: far above anything a person writes
RECURSION_LIMIT = 10000
STACK_BYTES = 192 << 20  # carries RECURSION_LIMIT frames of the parser and of this file


class Context:
    """Where a node stands; copied when something changes."""
    __slots__ = ("symbol", "class_def", "function", "main_guard", "import_guard", "guard", "typing_only", "exempt")

    def __init__(self, **values):
        self.symbol = ""            # qualified name of the enclosing recorded definition
        self.class_def = None       # innermost class
        self.function = 0           # depth of functions
        self.main_guard = self.import_guard = self.guard = self.typing_only = False
        self.exempt = False         # `...` is a fair body here
        for name, value in values.items():
            setattr(self, name, value)

    def but(self, **changes):
        copy = Context(**{name: getattr(self, name) for name in Context.__slots__})
        for name, value in changes.items():
            setattr(copy, name, value)
        return copy


class FileFacts:
    """Walks one parsed file and collects its facts in `out`."""

    def __init__(self, tree):
        self.tree = tree
        self.scopes = ScopeBuilder(tree)
        self.values = Values(self.scopes, tree)
        self.consumed = set()       # ids of nodes already reported as part of a longer chain
        self.statements = set()     # ids of calls whose result is thrown away
        self.out = {name: [] for name in (
            "imports", "definitions", "calls", "undefined", "useless", "config_reads", "attribute_assignments",
            "exports", "attributes", "ellipsis_lines", "comments")}
        self.out["has_main_guard"] = False

    def add(self, kind, item):
        if len(self.out[kind]) < MAX_ITEMS:
            self.out[kind].append(item)

    def collect(self):
        self.body(self.tree.body, Context())
        recorded = {d["name"] for d in self.out["definitions"]}
        for name, bindings in self.scopes.module.names.items():
            for binding in bindings:
                if binding.kind in ("import", "typing_import"):
                    self.define(name, "import_alias", binding.node, value=binding.target)
                elif binding.kind in ("variable", "global") and name not in recorded:
                    recorded.add(name)
                    self.define(name, "constant", binding.node)
        for name, message, line in self.scopes.problems():
            self.add("undefined", {"name": cut(name), "message": cut(message), "line": line})
        return self.out

    def define(self, name, kind, node, **more):
        line = getattr(node, "lineno", 0)
        self.add("definitions", dict(name=cut(name), kind=kind, line=line, end_line=getattr(node, "end_lineno", line) or line,
                                     **more))

    # -- walking
    def body(self, nodes, ctx):
        for node in nodes:
            self.visit(node, ctx)

    def visit(self, node, ctx):
        if node is None:
            return
        handler = getattr(self, "on_" + type(node).__name__, None)
        if handler is not None:
            handler(node, ctx)
        else:
            self.children(node, ctx)

    def children(self, node, ctx):
        for child in ast.iter_child_nodes(node):
            self.visit(child, ctx)

    def on_Import(self, node, ctx):
        for alias in node.names:
            self.add_import(node, ctx, alias.name, 0, [], [alias.asname] if alias.asname else [])

    def on_ImportFrom(self, node, ctx):
        names = [a.name for a in node.names]
        self.add_import(node, ctx, node.module or "", node.level, names, [a.asname or a.name for a in node.names])

    def add_import(self, node, ctx, module, level, names, as_names):
        self.add("imports", {
            "module": module, "level": level, "names": names, "as_names": as_names, "line": node.lineno,
            "type_checking": ctx.typing_only, "in_function": ctx.function > 0, "guarded": ctx.import_guard,
            "in_main_guard": ctx.main_guard})

    def on_FunctionDef(self, node, ctx):
        decorators = [text_of(d) for d in node.decorator_list]
        inner = ctx.but(function=ctx.function + 1, import_guard=ctx.import_guard, guard=False)
        if not ctx.function:
            inner.symbol = (ctx.symbol + "." if ctx.symbol else "") + node.name
            facts = function_facts(node, inner.symbol, "method" if ctx.class_def else "function")
            if ctx.exempt or ctx.typing_only:
                facts.update(is_stub=False, stub_form="")   # declares, and is not meant to do anything
            self.add("definitions", facts)
        last = {d.split("(")[0].rsplit(".", 1)[-1] for d in decorators}
        whole = len(body_without_docstring(node)) == 1 and not ctx.function     # is_stub tells it already
        inner.exempt = ctx.exempt or whole or bool(last & {"overload", "abstractmethod", "abstractproperty"})
        for part in node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d]:
            self.visit(part, ctx)
        for arg in all_arguments(node.args):
            self.visit(arg.annotation, ctx)
        self.visit(node.returns, ctx)
        self.body(node.body, inner)

    on_AsyncFunctionDef = on_FunctionDef

    def on_Lambda(self, node, ctx):
        self.children(node, ctx.but(function=ctx.function + 1, guard=False))

    def on_ClassDef(self, node, ctx):
        inner = ctx.but(class_def=node)
        if not ctx.function:
            inner.symbol = (ctx.symbol + "." if ctx.symbol else "") + node.name
            self.add("definitions", class_facts(node, inner.symbol))
        inner.exempt = any(dotted(b).rsplit(".", 1)[-1] == "Protocol" for b in unsubscripted(node.bases))
        for part in node.decorator_list + node.bases + [k.value for k in node.keywords]:
            self.visit(part, ctx)
        only = len(body_without_docstring(node)) == 1 and bool(node.bases)
        for child in node.body:
            if not ctx.function:
                self.class_variable(child, inner.symbol)
            if only and is_ellipsis(child):
                continue    # class Stop(Exception): ...
            self.visit(child, inner)

    def class_variable(self, node, owner):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self.define(owner + "." + node.target.id, "constant", node, returns=text_of(node.annotation),
                        value=text_of(node.value, 120))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for name in (target.elts if isinstance(target, ast.Tuple) else [target]):
                    if isinstance(name, ast.Name):
                        self.define(owner + "." + name.id, "constant", node, value=text_of(node.value, 120))

    def on_Assign(self, node, ctx):
        at_module = not ctx.symbol and not ctx.function
        for target in node.targets:
            if at_module and isinstance(target, ast.Name):
                self.define(target.id, "constant", node, value=text_of(node.value, 120))
                if target.id == "__all__" and isinstance(node.value, (ast.List, ast.Tuple)):
                    for item in node.value.elts:
                        if isinstance(item, ast.Constant) and isinstance(item.value, str):
                            self.add("exports", cut(item.value))
            self.self_assignment(target, node.value, ctx)
        self.children(node, ctx)

    def on_AnnAssign(self, node, ctx):
        if not ctx.symbol and not ctx.function and isinstance(node.target, ast.Name):
            self.define(node.target.id, "constant", node, returns=text_of(node.annotation), value=text_of(node.value, 120))
        self.self_assignment(node.target, node.value, ctx)
        self.children(node, ctx)

    def self_assignment(self, target, value, ctx):
        if (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
                and ctx.symbol and ctx.function):
            made = self.values.resolve(value.func) if isinstance(value, ast.Call) else ""
            self.add("attribute_assignments", {"name": target.attr, "resolved": made, "in_symbol": ctx.symbol,
                                               "line": target.lineno})

    def on_If(self, node, ctx):
        self.visit(node.test, ctx)
        inside = ctx
        if is_main_guard(node.test):
            if not ctx.symbol:
                self.out["has_main_guard"] = True
            inside = ctx.but(main_guard=True)
        elif is_type_checking(node.test):
            inside = ctx.but(typing_only=True)
        elif is_version_test(node.test):
            inside = ctx = ctx.but(import_guard=True, guard=True)   # also for the other branch
        elif any(isinstance(n, ast.Call) and dotted(n).rstrip("()").endswith("find_spec") for n in ast.walk(node.test)):
            inside = ctx.but(import_guard=True)
        self.body(node.body, inside)
        self.body(node.orelse, ctx)

    def on_Try(self, node, ctx):
        caught = caught_names(node.handlers)
        broad = bool(caught & {"", "Exception", "BaseException"})
        inside = ctx
        if broad or caught & {"ImportError", "ModuleNotFoundError", "OSError", "RuntimeError"}:
            inside = inside.but(import_guard=True)
        if broad or caught & {"TypeError", "AttributeError"}:
            inside = inside.but(guard=True)
        self.body(node.body, inside)
        self.body(node.handlers, inside)
        self.body(node.orelse, inside)
        self.body(node.finalbody, ctx)

    on_TryStar = on_Try

    def on_ExceptHandler(self, node, ctx):
        self.visit(node.type, ctx)
        self.body(node.body, ctx.but(exempt=True) if len(node.body) == 1 else ctx)     # except X: ...

    def on_With(self, node, ctx):
        raises = any(isinstance(i.context_expr, ast.Call)
                     and dotted(i.context_expr.func).rsplit(".", 1)[-1] in ("raises", "suppress", "assertRaises", "warns")
                     for i in node.items)
        for item in node.items:
            self.visit(item, ctx)
        self.body(node.body, ctx.but(guard=True, import_guard=True) if raises else ctx)

    on_AsyncWith = on_With

    def on_Expr(self, node, ctx):
        value = node.value
        if is_ellipsis(node):
            if not ctx.exempt and not ctx.typing_only:
                self.add("ellipsis_lines", node.lineno)
            return
        if isinstance(value, ast.Call):
            self.statements.add(id(value))
        elif isinstance(value, ast.Attribute) and "?" not in dotted(value) and not ctx.guard and not ctx.import_guard:
            self.add("useless", {"name": cut(dotted(value)), "line": node.lineno,
                                 "message": "'%s' alone has no effect" % cut(dotted(value))})
        elif isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.Eq) and not ctx.guard:
            self.add("useless", {"name": cut(text_of(value)), "line": node.lineno,
                                 "message": "the result of a comparison is not used"})
        self.visit(value, ctx)

    def on_Compare(self, node, ctx):
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            self.config_test(node.comparators[0], node.left, None, ctx)
        self.children(node, ctx)

    def on_Call(self, node, ctx):
        self.add("calls", self.call_facts(node, ctx))
        callee = dotted(node.func)
        if callee in ("getattr", "hasattr") and len(node.args) >= 2 and (callee == "hasattr" or len(node.args) > 2):
            self.config_test(node.args[0], node.args[1], node.args[2] if len(node.args) > 2 else None, ctx)
        if id(node) not in self.consumed:
            self.config_read(node, ctx)     # cfg.get("a", 1), cfg.model.items()
        for arg in node.args + [k.value for k in node.keywords]:
            inner = arg.value if isinstance(arg, ast.Starred) else arg
            if isinstance(inner, (ast.Name, ast.Attribute, ast.Subscript)):
                self.config_read(inner, ctx, whole=True)
        self.children(node, ctx)

    def on_Attribute(self, node, ctx):
        if id(node) not in self.consumed:
            text = self.values.resolve(node, only_imports=True)
            if text and isinstance(node.ctx, ast.Load):
                self.add("attributes", [node.lineno, text])
            inner = node.value
            while isinstance(inner, ast.Attribute) and text:
                self.consumed.add(id(inner))
                inner = inner.value
            self.config_read(node, ctx)
        self.children(node, ctx)

    def on_Subscript(self, node, ctx):
        if id(node) not in self.consumed:
            self.config_read(node, ctx)
        self.children(node, ctx)

    # -- facts
    def call_facts(self, node, ctx):
        keywords, literals, names = [], {}, {}
        for keyword in node.keywords:
            keywords.append(keyword.arg or "**")
            if keyword.arg:
                literal = literal_text(keyword.value)
                if literal:
                    literals[keyword.arg] = literal
                elif isinstance(keyword.value, (ast.Name, ast.Attribute)):
                    names[keyword.arg] = cut(self.values.resolve(keyword.value) or dotted(keyword.value))
        starred = any(isinstance(a, ast.Starred) for a in node.args)
        return {
            "callee": cut(dotted(node.func)), "resolved": cut(self.values.resolve(node.func)), "line": node.lineno,
            "positional": -1 if starred else len(node.args), "keywords": keywords,
            "literal_args": [literal_text(a) for a in node.args], "literal_keywords": literals, "name_keywords": names,
            "in_symbol": ctx.symbol, "in_main_guard": ctx.main_guard, "is_statement": id(node) in self.statements,
            "guarded": ctx.guard, "receiver": cut(self.values.receiver(node.func, ctx.class_def))}

    def config_read(self, node, ctx, whole=False):
        if id(node) in self.consumed:
            return
        chain = self.values.config_chain(node)
        if chain is None or (not chain.path and not whole and not chain.whole):
            return
        self.consumed.update(chain.nodes)
        self.consumed.add(id(node))
        store = isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
        self.emit_config(node, chain, [], chain.has_default, chain.default, whole or chain.whole, store)

    def config_test(self, holder, key, default, ctx):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            chain = self.values.config_chain(holder)
            if chain is not None:
                text = literal_text(default) if default is not None else ""
                self.emit_config(holder, chain._replace(method=""), [key.value], True, text, False, False)

    def emit_config(self, node, chain, more, has_default, default, whole, is_write):
        self.add("config_reads", {
            "base": cut(chain.base), "path": [cut(p) for p in chain.path + more], "line": node.lineno,
            "has_default": has_default, "default_value": default, "rooted": chain.rooted, "whole": whole,
            "is_write": is_write, "typed": chain.typed, "method": cut(chain.method)})


def comments_of(text):
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and len(found) < MAX_ITEMS:
                found.append([token.start[0], cut(token.string)])
    except (tokenize.TokenError, SyntaxError):
        pass    # the parser has the last word on what is wrong
    return found


def facts_of(path, text):
    try:
        tree = ast.parse(text, path)
        compile(tree, path, "exec", dont_inherit=True)     # finds what parsing does not: return outside a function
    except SyntaxError as error:
        return {"path": path, "parsed": False, "syntax_error": cut(str(error.msg)), "syntax_line": error.lineno or 0,
                "comments": comments_of(text)}
    except (RecursionError, MemoryError):
        return {"path": path, "parsed": False, "syntax_error": "nested too deeply or too big for the parser"}
    except (ValueError, OverflowError, UnicodeError) as error:      # NUL bytes, lone surrogates, huge numbers
        return {"path": path, "parsed": False, "syntax_error": cut(str(error)) or "not Python"}
    try:
        out = FileFacts(tree).collect()
    except (RecursionError, MemoryError):
        return {"path": path, "parsed": False, "syntax_error": "nested too deeply or too big for the parser"}
    out["comments"] = comments_of(text)
    return dict({"path": path, "parsed": True}, **out)


def answer(request):
    for path, text in request.get("files", []):
        print(json.dumps(facts_of(path, text)), flush=True)
    if "signatures" in request:
        print(json.dumps({"signatures": [signature_facts(s) for s in request["signatures"]]}))
    print(json.dumps({"done": True}), flush=True)


def main():
    """One request, all of standard input; or with "serve" one after another, each after a line with its length."""
    if sys.argv[1:] != ["serve"]:
        return answer(json.loads(sys.stdin.buffer.read().decode("utf-8")))
    for line in iter(sys.stdin.buffer.readline, b""):
        answer(json.loads(sys.stdin.buffer.read(int(line)).decode("utf-8")))


if sys.version_info < (3, 9):
    print(json.dumps({"too_old": ".".join(map(str, sys.version_info[:3]))}))
    sys.exit(0)
warnings.simplefilter("ignore")     # invalid escapes and the like are the business of others
sys.setrecursionlimit(RECURSION_LIMIT)
threading.stack_size(STACK_BYTES)
worker = threading.Thread(target=main)
worker.start()
worker.join()
