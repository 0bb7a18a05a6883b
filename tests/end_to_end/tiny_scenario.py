"""What a model would answer about data/tiny_paper: a rule for every prompt of the pipeline, for mock_endpoint.py.

The answers are written once and depend on nothing but the prompt, so every run of the tiny paper makes the same
repository. Two of them are wrong at first, so that a re-ask and a repair ticket happen as well.
"""
import json


def fenced(value):
    return "```json\n" + json.dumps(value, indent=1) + "\n```"


def file_answer(path, text):
    return f"<<<FILE {path}\n{text.strip()}\n>>>END\n"


def requirement(kind, statement, block, quote, name="", value=None, unit="", importance=2, **more):
    return dict({"kind": kind, "statement": statement, "block": block, "quote": quote, "status": "specified", "name": name,
                 "value": value, "unit": unit, "symbol": "", "importance": importance, "forbid": []}, **more)


REQUIREMENTS = [
    requirement("architecture", "Model the target as w x + b with one weight and one bias.", "P2.1",
                "with one weight $w$ and one bias $b$", importance=3),
    requirement("init", "Start the weight and the bias at zero.", "P2.1", "Both parameters start at zero."),
    requirement("loss", "Use the mean squared error over all points as the loss.", "P2.2",
                "The loss is the mean squared error over all points", importance=3),
    requirement("optimizer", "Minimise the loss by gradient descent on all points at once.", "P2.3",
                "by gradient descent on all points at once"),
    requirement("hyperparameter", "Use a learning rate of 0.1.", "P2.3", "with a learning rate of 0.1",
                name="learning_rate", value=0.1),
    requirement("data", "Draw x uniformly from [-1, 1] and y = 2 x + 1 plus Gaussian noise.", "P3.1",
                "uniform in $[-1, 1]$ and $y_i = 2 x_i + 1$ plus Gaussian noise"),
    requirement("hyperparameter", "Use a noise of standard deviation 0.1.", "P3.1",
                "Gaussian noise with a standard deviation of 0.1", name="noise", value=0.1),
    requirement("hyperparameter", "Draw 64 points.", "P3.1", "We draw 64 points", name="n_points", value=64, unit="examples"),
    requirement("hyperparameter", "Train for 200 steps.", "P3.1", "train for 200 steps", name="steps", value=200, unit="steps"),
    requirement("metric", "Report the root mean squared error on the training points.", "P3.2",
                "We report the root mean squared error on the training points."),
]
OWNERS = ["line_fit/model.py", "line_fit/model.py", "line_fit/loss.py", "line_fit/train.py", "configs", "line_fit/points.py",
          "configs", "configs", "configs", "line_fit/loss.py"]
OWNERS = [{"req": f"R-{i + 1:03d}", "owner": owner, "consumers": ["line_fit/train.py"]} for i, owner in enumerate(OWNERS)]

FILES = {
    "line_fit/points.py": {
        "kind": "module", "purpose": "Synthetic points on a noisy line.", "depends_on": [],
        "symbols": [{"name": "make_points", "signature": "def make_points(n: int, noise: float, seed: int) -> tuple[Tensor, Tensor]",
                     "doc": "x [n] and y [n] of n points."}]},
    "line_fit/model.py": {
        "kind": "module", "purpose": "The line.", "depends_on": [],
        "symbols": [{"name": "Line", "signature": "class Line(nn.Module)", "doc": "One weight, one bias."},
                    {"name": "Line.forward", "signature": "def forward(self, x: Tensor) -> Tensor", "doc": "x [n] -> [n]"}]},
    "line_fit/loss.py": {
        "kind": "module", "purpose": "Loss and metric.", "depends_on": [],
        "symbols": [{"name": "mean_squared_error", "signature": "def mean_squared_error(prediction: Tensor, target: Tensor) -> Tensor",
                     "doc": "[n], [n] -> []"},
                    {"name": "root_mean_squared_error",
                     "signature": "def root_mean_squared_error(prediction: Tensor, target: Tensor) -> float", "doc": "[n], [n] -> number"}]},
    "line_fit/train.py": {
        "kind": "script", "purpose": "Fits the line and writes metrics.",
        "depends_on": ["line_fit/points.py", "line_fit/model.py", "line_fit/loss.py"],
        "symbols": [{"name": "fit", "signature": "def fit(model: Line, x: Tensor, y: Tensor, lr: float, steps: int) -> list[float]",
                     "doc": "Losses of all steps."},
                    {"name": "main", "signature": "def main(argv: list[str] | None = None) -> int", "doc": "Entry point."}]},
    "line_fit/evaluation.py": {
        "kind": "script", "purpose": "Fits the line and reports the metric alone.",
        "depends_on": ["line_fit/points.py", "line_fit/model.py", "line_fit/loss.py", "line_fit/train.py"],
        "symbols": [{"name": "main", "signature": "def main(argv: list[str] | None = None) -> int", "doc": "Entry point."}]},
}

CONFIG = [
    {"key": "seed", "type": "int", "value": 0, "smoke": None, "small": None, "unit": "", "req": "", "doc": "Seed of the points."},
    {"key": "device", "type": "str", "value": "cpu", "smoke": None, "small": None, "unit": "", "req": "", "doc": "Where to compute."},
    {"key": "data.n_points", "type": "int", "value": 64, "smoke": 16, "small": None, "unit": "examples", "req": "R-008",
     "doc": "Points drawn."},
    {"key": "data.noise", "type": "float", "value": 0.1, "smoke": None, "small": None, "unit": "", "req": "R-007",
     "doc": "Standard deviation of the noise."},
    {"key": "optimizer.lr", "type": "float", "value": 0.1, "smoke": None, "small": None, "unit": "", "req": "R-005",
     "doc": "Learning rate."},
    {"key": "training.steps", "type": "int", "value": 200, "smoke": 20, "small": None, "unit": "steps", "req": "R-009",
     "doc": "Gradient steps."},
]
CONFIG_KEYS = {
    "line_fit/points.py": [], "line_fit/model.py": [], "line_fit/loss.py": [],
    "line_fit/train.py": [entry["key"] for entry in CONFIG], "line_fit/evaluation.py": [entry["key"] for entry in CONFIG],
}
OWN_REQS = {"line_fit/points.py": ["R-006"], "line_fit/model.py": ["R-001", "R-002"], "line_fit/loss.py": ["R-003", "R-010"],
            "line_fit/train.py": ["R-004"], "line_fit/evaluation.py": ["R-010"]}
IMPORTS = {
    "line_fit/points.py": [{"module": "torch", "names": ["Tensor"], "why": "arrays"}],
    "line_fit/model.py": [{"module": "torch", "names": ["Tensor", "nn"], "why": "model"}],
    "line_fit/loss.py": [{"module": "torch", "names": ["Tensor"], "why": "arrays"}],
    "line_fit/train.py": [{"module": "torch", "names": ["Tensor"], "why": "arrays"},
                          {"module": "line_fit.points", "names": ["make_points"], "why": "data"},
                          {"module": "line_fit.model", "names": ["Line"], "why": "model"},
                          {"module": "line_fit.loss", "names": ["mean_squared_error", "root_mean_squared_error"], "why": "loss"},
                          {"module": "line_fit.runtime",
                           "names": ["add_standard_arguments", "get_device", "set_seed", "standard_setup", "write_metrics"], "why": "program"}],
    "line_fit/evaluation.py": [{"module": "line_fit.points", "names": ["make_points"], "why": "data"},
                             {"module": "line_fit.model", "names": ["Line"], "why": "model"},
                             {"module": "line_fit.loss", "names": ["root_mean_squared_error"], "why": "metric"},
                             {"module": "line_fit.train", "names": ["fit"], "why": "training"},
                             {"module": "line_fit.runtime",
                              "names": ["add_standard_arguments", "get_device", "set_seed", "standard_setup", "write_metrics"], "why": "program"}],
}

SOURCES = {
    "line_fit/points.py": '''
"""Synthetic points on a noisy line [R-006]."""

import torch
from torch import Tensor


def make_points(n: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return x [n] and y [n] of n points on y = 2 x + 1 with Gaussian noise [R-006]."""
    generator = torch.Generator().manual_seed(seed)
    # [R-006]
    x = 2.0 * torch.rand(n, generator=generator) - 1.0
    y = 2.0 * x + 1.0 + noise * torch.randn(n, generator=generator)
    return x, y
''',
    "line_fit/model.py": '''
"""The line [R-001]."""

import torch
from torch import Tensor, nn


class Line(nn.Module):
    """A line with one weight and one bias [R-001]."""

    def __init__(self) -> None:
        super().__init__()
        # [R-002]
        self.weight = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        """Map x [n] to w x + b [n] [R-001]."""
        return self.weight * x + self.bias
''',
    "line_fit/loss.py": '''
"""Loss and metric [R-003, R-010]."""

from torch import Tensor


def mean_squared_error(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean squared error of prediction [n] and target [n] [R-003, E1]."""
    if prediction.shape != target.shape:
        raise ValueError("shapes differ")
    # [R-003, E1]
    return ((prediction - target) ** 2).mean()


def root_mean_squared_error(prediction: Tensor, target: Tensor) -> float:
    """Root of the mean squared error of prediction [n] and target [n] [R-010]."""
    return float(mean_squared_error(prediction, target).sqrt())
''',
    "line_fit/train.py": '''
"""Fits the line by gradient descent [R-004]."""

import argparse

import torch
from torch import Tensor

from line_fit.loss import mean_squared_error, root_mean_squared_error
from line_fit.model import Line
from line_fit.points import make_points
from line_fit.runtime import add_standard_arguments, get_device, set_seed, standard_setup, write_metrics


def fit(model: Line, x: Tensor, y: Tensor, lr: float, steps: int) -> list[float]:
    """Take gradient steps on all points x [n], y [n] and return the losses [R-004]."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        # [R-004]
        optimizer.zero_grad()
        loss = mean_squared_error(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return losses


def main(argv: list[str] | None = None) -> int:
    """Fit the line of the configuration and write metrics.json [R-004, R-010]."""
    parser = add_standard_arguments(argparse.ArgumentParser(description=__doc__))
    config, output_dir = standard_setup(parser.parse_args(argv))
    set_seed(config.seed)
    device = get_device(config.device)
    x, y = make_points(config.data.n_points, config.data.noise, config.seed)
    x, y = x.to(device), y.to(device)
    model = Line().to(device)
    losses = fit(model, x, y, config.optimizer.lr, config.training.steps)
    with torch.no_grad():
        error = root_mean_squared_error(model(x), y)
    write_metrics(output_dir, {"train/loss": losses[-1], "train/rmse": error})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
''',
    "line_fit/evaluation.py": '''
"""Fits the line and reports the root mean squared error [R-010]."""

import argparse

import torch

from line_fit.loss import root_mean_squared_error
from line_fit.model import Line
from line_fit.points import make_points
from line_fit.runtime import add_standard_arguments, get_device, set_seed, standard_setup, write_metrics
from line_fit.train import fit


def main(argv: list[str] | None = None) -> int:
    """Fit the line, then write its error on the training points [R-010]."""
    parser = add_standard_arguments(argparse.ArgumentParser(description=__doc__))
    config, output_dir = standard_setup(parser.parse_args(argv))
    set_seed(config.seed)
    device = get_device(config.device)
    x, y = make_points(config.data.n_points, config.data.noise, config.seed)
    x, y = x.to(device), y.to(device)
    model = Line().to(device)
    fit(model, x, y, config.optimizer.lr, config.training.steps)
    with torch.no_grad():
        error = root_mean_squared_error(model(x), y)
    write_metrics(output_dir, {"rmse": error})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
''',
}
# Answered first, and mended when asked again: a name that is bound nowhere.
FAULTY_POINTS = SOURCES["line_fit/points.py"].replace("noise * torch.randn", "spread * torch.randn")
# Answered again and again by the Generator, and mended only by a repair ticket.
FAULTY_LOSS = SOURCES["line_fit/loss.py"].replace("return float(mean_squared_error(", "return float(mean_square_error(")

TESTS = {
    "line_fit/points.py": '''
"""Points lie on the noisy line of the paper."""

import torch

from line_fit.points import make_points


def test_without_noise_points_lie_on_the_line():
    """Section 3: y = 2 x + 1 without noise [R-006]."""
    x, y = make_points(32, 0.0, 0)
    assert torch.allclose(y, 2.0 * x + 1.0)
    assert float(x.min()) >= -1.0 and float(x.max()) <= 1.0
''',
    "line_fit/model.py": '''
"""The line is what the paper says."""

import torch

from line_fit.model import Line


def test_parameters_start_at_zero():
    """Section 2: both parameters start at zero [R-002]."""
    assert [float(p) for p in Line().parameters()] == [0.0, 0.0]


def test_prediction_is_a_line():
    """Section 2: w x + b, one value at a time [R-001]."""
    model = Line()
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), (3.0, -2.0)):
            parameter.fill_(value)
        y = model(torch.tensor([0.0, 1.0, -2.0]))
    expected = [3.0 * v - 2.0 for v in (0.0, 1.0, -2.0)]
    assert y.tolist() == expected
''',
    "line_fit/loss.py": '''
"""The loss is Equation 1."""

import torch

from line_fit.loss import mean_squared_error, root_mean_squared_error


def test_equation_1():
    """Equation 1 by a plain loop [E1, R-003]."""
    prediction, target = [1.0, 2.0, 4.0], [0.0, 2.0, 1.0]
    expected = sum((p - t) ** 2 for p, t in zip(prediction, target)) / len(target)
    value = float(mean_squared_error(torch.tensor(prediction), torch.tensor(target)))
    assert abs(value - expected) <= 1e-5 * expected
    root = root_mean_squared_error(torch.tensor(prediction), torch.tensor(target))
    assert abs(root - expected ** 0.5) <= 1e-5 * expected
''',
    "line_fit/train.py": '''
"""Training is gradient descent."""

from line_fit.model import Line
from line_fit.points import make_points
from line_fit.train import fit


def test_first_step_follows_the_gradient():
    """Section 2: one step from zero by the gradient written out [R-004]."""
    x, y = make_points(8, 0.1, 1)
    model = Line()
    fit(model, x, y, 0.1, 1)
    n = len(x)
    grad_w = sum(-2.0 * float(a) * float(b) for a, b in zip(x, y)) / n
    grad_b = sum(-2.0 * float(b) for b in y) / n
    w, b = (float(p.detach()) for p in model.parameters())
    assert abs(w + 0.1 * grad_w) <= 1e-5 and abs(b + 0.1 * grad_b) <= 1e-5
''',
    "line_fit/evaluation.py": '''
"""The evaluation writes its metric."""

import json

from line_fit.evaluation import main


def test_metrics_are_written(tmp_path):
    """Section 3: the root mean squared error is reported [R-010]."""
    assert main(["--config", "configs/smoke.yaml", "--output", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "metrics.json").read_text())["rmse"] > 0
''',
}


def spec_of(path):
    planned = FILES[path]
    return {
        "summary": planned["purpose"],
        "imports": IMPORTS[path],
        "symbols": [dict(symbol, returns="as typed", raises="") for symbol in planned["symbols"]],
        "steps": [{"text": "Do what the paper says.", "reqs": OWN_REQS[path], "eq": "E1" if path.endswith("loss.py") else "",
                   "alg_line": ""}],
        "shapes": [], "numerics": [], "config_keys": CONFIG_KEYS[path], "missing_config": [], "state": "none",
        "invariants": [],
        "tests": [{"name": "test_paper", "kind": "equation", "arrange": "tiny inputs", "assert": "equals the paper's formula",
                   "tolerance": "rtol 1e-5"}],
        "forbids": [], "notes": ""}


SECTION = {"summary": "Says how the line is fitted.",
           "decisions": [{"question": "In which order are the gradients applied?", "options": ["together", "one after the other"],
                          "choice": "together", "basis": "paper", "rationale": "All points at once.", "reqs": ["R-004"],
                          "confidence": 0.9, "affects": ["line_fit/train.py"], "reversible_by": ""}],
           "new_requirements": [], "uncovered": [], "equations": ["E1"], "files": ["line_fit/train.py"]}


def rules():
    found = [
        ("requirements of a part", ["You read machine-learning papers for engineers"], fenced({"requirements": REQUIREMENTS})),
        ("reconcile", ["You keep the list of requirements that engineers"],
         fenced({"merges": [], "contradictions": [], "adjust": [], "missing": []})),
        ("files", ["Plan the Python files of a repository"],
         fenced({"package": "line_fit", "files": [dict({"path": path, "est_lines": 40}, **plan) for path, plan in FILES.items()],
                 "entry_points": [{"name": "train", "path": "line_fit/train.py", "purpose": "Fits the line."},
                                  {"name": "evaluate", "path": "line_fit/evaluation.py", "purpose": "Reports the error."}],
                 "open_questions": []})),
        ("contract", ["Complete the plan.", "- data_contract:"],
         fenced({"data_contract": [{"name": "points", "dtype": "float32", "shape": "[n]", "producer": "line_fit/points.py",
                                    "consumers": ["line_fit/train.py", "line_fit/evaluation.py"], "meaning": "x and y"}],
                 "dims": [{"symbol": "n", "meaning": "points", "paper": 64, "smoke": 16}],
                 "datasets": [{"name": "noisy line", "req": "R-006", "source_hint": "synthetic", "splits": ["train"],
                               "schema": "x, y", "synthetic_generator": "line_fit/points.py"}],
                 "packages": [{"pip": "torch", "import_name": "torch", "constraint": ">=2.0", "why": "arrays", "optional": False}],
                 "experiments": [{"id": "X1", "reqs": ["R-010"], "dataset": "noisy line", "model": "line", "metric": "rmse",
                                  "entry_point": "evaluate", "paper_value": ""}]})),
        ("owners", ["You assign requirements to the files"], fenced({"owners": OWNERS})),
        ("config", ["You design the configuration of research code"], fenced({"entries": CONFIG})),
        ("section", ["Section to analyse:"], fenced(SECTION)),
    ]
    for path in FILES:
        found.append((f"specification of {path}", [f"Write the specification of `{path}`."], fenced(spec_of(path))))
        found.append((f"correction of {path}", [f"The specification of `{path}` below does not fit"], fenced(spec_of(path))))
    return found + generator_rules()


def generator_rules():
    points, loss = "line_fit/points.py", "line_fit/loss.py"
    found = [
        ("repair of the loss", ["You repair research code", "mean_square_error"],
         f"<<<EDIT {loss}\n<<<OLD\n    return float(mean_square_error(prediction, target).sqrt())\n<<<NEW\n"
         "    return float(mean_squared_error(prediction, target).sqrt())\n>>>END\n"),
        ("points again", [f"Write the file `{points}` completely.", "spread * torch.randn"], file_answer(points, SOURCES[points])),
        ("points", [f"Write the file `{points}` completely."], file_answer(points, FAULTY_POINTS)),
        ("loss", [f"Write the file `{loss}` completely."], file_answer(loss, FAULTY_LOSS)),
    ]
    for path in FILES:
        if path not in (points, loss):
            found.append((path, [f"Write the file `{path}` completely."], file_answer(path, SOURCES[path])))
        test_path = "tests/test_" + path.rsplit("/", 1)[1]
        found.append((f"tests of {path}", [f"Write pytest tests for `{path}`"], file_answer(test_path, TESTS[path])))
    return found


def scenario(**every):
    """The scenario for mock_endpoint.py; `every` is added to each rule, e.g. latency_ms=200."""
    return {"rules": [dict({"name": name, "contains": contains, "reply": reply}, **every) for name, contains, reply in rules()],
            "default": {"fault": "400", "message": "the tiny scenario knows no answer to this prompt"}}
