"""Build the ONNX graph of the classifier by hand: 4-bit embeddings, int8 or float32 layers, logits out.

Activations are quantised with scales fixed beforehand, so that a text's logits do not depend on its batch. Nothing is
masked, which makes attention a quarter faster: the texts of a batch are to be of one length.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlp.training.activations import Span

MICROSOFT: Final = "com.microsoft"
EPSILON: Final = 1e-12
BLOCK: Final = 32
MIDDLE: Final = 4
"""The layer whose states still know what a text is about; see docs/decisions/0006-themes.md."""

Array = NDArray[Any]


@dataclass(slots=True)
class Graph:
    """Nodes and constants in the making."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: Array) -> str:
        """Store an array under a name and return the name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output and return the output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output


@dataclass(frozen=True, slots=True)
class Precision:
    """How linear layers are stored: int8 weights of so many bits with smoothing, or float32."""

    bits: int = 8
    smoothing: float = 0.8
    smoothed: frozenset[str] = frozenset({"attend", "inner", "inner_out"})
    quantised: bool = True


def embeddings(graph: Graph, arrays: dict[str, Array]) -> str:
    """Add word and position embeddings and their normalisation; return the name of the states."""
    codes, scales = arrays["word.codes"], arrays["word.scales"]
    packed = ((codes[:, 0::2] & 15) | ((codes[:, 1::2] & 15) << 4)).astype(np.uint8)
    graph.constants.append(helper.make_tensor("word.codes", TensorProto.INT4, codes.shape, packed.tobytes(), raw=True))
    graph.constant("word.scales", scales.astype(np.float16))
    graph.node(
        "GatherBlockQuantized",
        ["word.codes", "input_ids", "word.scales"],
        "word.half",
        MICROSOFT,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )
    graph.node("Cast", ["word.half"], "word", to=TensorProto.FLOAT)
    graph.constant("positions", arrays["positions.weight"].astype(np.float32))
    graph.constant("zero", np.array([0], np.int64))
    graph.constant("one", np.array([1], np.int64))
    graph.node("Shape", ["input_ids"], "shape")
    graph.node("Gather", ["shape", "one"], "length", axis=0)
    graph.node("Slice", ["positions", "zero", "length", "zero"], "places")
    graph.node("Add", ["word", "places"], "placed")
    return normalise(graph, arrays, "norm", "placed", "states")


def normalise(graph: Graph, arrays: dict[str, Array], name: str, source: str, output: str) -> str:
    """Add a layer normalisation."""
    weight = graph.constant(f"{name}.weight", arrays[f"{name}.weight"])
    bias = graph.constant(f"{name}.bias", arrays[f"{name}.bias"])
    return graph.node("LayerNormalization", [source, weight, bias], output, axis=-1, epsilon=EPSILON)


def add_normalise(graph: Graph, arrays: dict[str, Array], name: str, one: str, other: str, output: str) -> str:
    """Add a sum and its layer normalisation: two nodes, as the fused SkipLayerNormalization takes thrice as long."""
    return normalise(graph, arrays, name, graph.node("Add", [one, other], f"{output}.sum"), output)


def smooth(weight: Array, span: Span, strength: float) -> Array:
    """Return a factor for each input channel that shares the burden of outliers between activation and weight."""
    active = np.maximum(np.maximum(np.abs(span.low), np.abs(span.high)), 1e-5)
    heavy = np.maximum(np.abs(weight).max(0), 1e-5)
    factor = active**strength / heavy ** (1 - strength)
    return np.asarray(factor / np.exp(np.log(factor).mean()), np.float32)


def quantise_input(graph: Graph, name: str, source: str, factor: Array | None, span: Span) -> tuple[str, str, str]:
    """Scale channels down by the factor and quantise to uint8; return names of values, scale and zero point."""
    low = min(0.0, float((span.low if factor is None else span.low / factor).min()))
    high = max(0.0, float((span.high if factor is None else span.high / factor).max()))
    step = (high - low) / 255
    scale = graph.constant(f"{name}.in.scale", np.array(step, np.float32))
    zero = graph.constant(f"{name}.in.zero", np.array(round(-low / step), np.uint8))
    if factor is not None:
        graph.constant(f"{name}.in.factor", (1 / factor).astype(np.float32))
        source = graph.node("Mul", [source, f"{name}.in.factor"], f"{name}.in.even")
    graph.node("QuantizeLinear", [source, scale, zero], f"{name}.in.codes")
    return f"{name}.in.codes", scale, zero


def int8_linear(graph: Graph, name: str, weight: Array, bias: Array, entry: tuple[str, str, str], bits: int) -> str:
    """Add a product with int8 weights, one scale an output channel; `weight` is (output, input), already smoothed."""
    codes, scale, zero = entry
    limit = 2 ** (bits - 1) - 1
    steps = np.maximum(np.abs(weight).max(1), 1e-8) / limit
    stored = np.clip(np.rint(weight / steps[:, None]), -limit, limit).astype(np.int8).T
    inputs = [
        codes,
        graph.constant(f"{name}.codes", stored),
        scale,
        graph.constant(f"{name}.scales", steps.astype(np.float32)),
        zero,
        graph.constant(f"{name}.zeros", np.zeros(len(steps), np.int8)),
        graph.constant(f"{name}.bias", bias),
    ]
    return graph.node("MatMulIntegerToFloat", inputs, f"{name}.out", MICROSOFT)


def linears(
    graph: Graph, precision: Precision, name: str, source: str, parts: dict[str, tuple[Array, Array]], span: Span | None
) -> list[str]:
    """Add linear layers that read the same states; return the names of their outputs."""
    if not precision.quantised or span is None:
        outputs = []
        for part, (weight, bias) in parts.items():
            graph.constant(f"{part}.weight", weight.T.astype(np.float32))
            graph.constant(f"{part}.bias", bias)
            graph.node("MatMul", [source, f"{part}.weight"], f"{part}.product")
            outputs.append(graph.node("Add", [f"{part}.product", f"{part}.bias"], f"{part}.out"))
        return outputs
    factor = None
    if name.rsplit(".", 1)[1] in precision.smoothed:
        factor = smooth(np.concatenate([weight for weight, _ in parts.values()]), span, precision.smoothing)
    entry = quantise_input(graph, name, source, factor, span)
    return [
        int8_linear(graph, part, weight if factor is None else weight * factor, bias, entry, precision.bits)
        for part, (weight, bias) in parts.items()
    ]


def fold_smoothing(arrays: dict[str, Array], spans: dict[str, Span], at: str, strength: float) -> None:
    """Smooth the input of `attend_out` for free: its channels are those of the values, which are scaled instead."""
    name = f"{at}.attend_out"
    span, weight = spans[name], arrays[f"{name}.weight"]
    factor = smooth(weight, span, strength)
    arrays[f"{name}.weight"] = weight * factor
    spans[name] = Span(np.asarray(span.low / factor, np.float32), np.asarray(span.high / factor, np.float32))
    hidden = len(factor)
    for long, divisor in (("weight", factor[:, None]), ("bias", factor)):
        joint = arrays[f"{at}.attend.{long}"].copy()
        joint[2 * hidden :] /= divisor
        arrays[f"{at}.attend.{long}"] = joint


def layer(
    graph: Graph, precision: Precision, arrays: dict[str, Array], spans: dict[str, Span], at: str, states: str
) -> str:
    """Add one transformer layer; return the name of its states."""

    def single(name: str, source: str) -> str:
        part = {f"{at}.{name}": (arrays[f"{at}.{name}.weight"], arrays[f"{at}.{name}.bias"])}
        return linears(graph, precision, f"{at}.{name}", source, part, spans.get(f"{at}.{name}"))[0]

    if precision.quantised:
        fold_smoothing(arrays, spans, at, precision.smoothing)
    weights = np.split(arrays[f"{at}.attend.weight"], 3)
    biases = np.split(arrays[f"{at}.attend.bias"], 3)
    joint = {f"{at}.{name}": (weights[number], biases[number]) for number, name in enumerate("qkv")}
    triple = linears(graph, precision, f"{at}.attend", states, joint, spans.get(f"{at}.attend"))
    context = graph.node("MultiHeadAttention", triple, f"{at}.context", MICROSOFT, num_heads=12)
    attended = single("attend_out", context)
    states = add_normalise(graph, arrays, f"{at}.attend_norm", attended, states, f"{at}.attended")
    opened = graph.node("Gelu", [single("inner", states)], f"{at}.opened", MICROSOFT)
    closed = single("inner_out", opened)
    return add_normalise(graph, arrays, f"{at}.inner_norm", closed, states, f"{at}.states")


def pool(graph: Graph, arrays: dict[str, Array], middle: str, states: str) -> None:
    """Add the means over tokens, of the middle states and of the last, and the heads."""
    graph.constant("axis", np.array([1], np.int64))
    graph.node("ReduceMean", [middle, "axis"], "middle", keepdims=0)
    graph.node("ReduceMean", [states, "axis"], "pooled", keepdims=0)
    graph.constant("head.weight", arrays["head.weight"])
    graph.constant("head.bias", arrays["head.bias"])
    graph.node("Gemm", ["pooled", "head.weight", "head.bias"], "logits", transB=1)


def build(arrays: dict[str, Array], spans: dict[str, Span], precision: Precision) -> onnx.ModelProto:
    """Return the whole model: input_ids, int64 (batch, length) without padding, to logits, pooled and middle states."""
    graph, arrays, spans = Graph(), dict(arrays), dict(spans)
    states = middle = embeddings(graph, arrays)
    depth = len({name.split(".")[1] for name in arrays if name.startswith("layers.")})
    for number in range(depth):
        states = layer(graph, precision, arrays, spans, f"layers.{number}", states)
        middle = states if number <= MIDDLE else middle
    pool(graph, arrays, middle, states)
    shape = ["batch", "length"]
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape)]
    classes, width = arrays["head.weight"].shape
    widths = {"logits": classes, "pooled": width, "middle": width}
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", n]) for name, n in widths.items()]
    whole = helper.make_graph(graph.nodes, "moments-e5", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(whole, opset_imports=opsets, ir_version=10, producer_name="moment-listener")
