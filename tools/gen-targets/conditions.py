"""The limitations that the sources word, as expressions over the node.

CONDITIONS: {name: (CEL, what is wanted, in words)}. LIMITS: {target: {operator: (names of conditions, what is left in
words or None)}}; an operator that stands there replaces the limitation text of the fact table. A name may be a key of
CONDITIONS or "const:1,2" (inputs that must be constants), "attr:NAME=VALUE" (attribute or its default), "rank:4" and
"rank:3,4" (of the first input), "unused:1" (outputs that nothing may read), "absent:3,4" (inputs that must be left out).
"""
import re

CONDITIONS = {
    "static": ("node.inputs.all(v, v == null || v.is_static) && node.outputs.all(v, v == null || v.is_static)", "all shapes must be fixed numbers"),
    "static-input": ("node.input(0).is_static", "the shape of the input must be fixed numbers"),
    "float32-operands": ("node.inputs.all(v, v == null || v.dtype == 'float32')", "both inputs must be float32"),
    "no-auto-pad-same": ("!(node.attr('auto_pad') in ['SAME_UPPER', 'SAME_LOWER'])", "auto_pad must not be SAME_UPPER or SAME_LOWER"),
    "no-output-shape": ("!node.has_attr('output_shape')", "the attribute output_shape is refused"),
    "no-output-padding": ("node.attr('output_padding') == null || node.attr('output_padding').all(p, p == 0)", "output_padding must be 0"),
    "no-dilations": ("node.attr('dilations') == null || node.attr('dilations').all(d, d == 1)", "dilations must be 1"),
    "no-clip": ("!node.has_attr('clip')", "the attribute clip is refused"),
    "no-kernel-shape-surprise": ("!node.has_attr('kernel_shape') || node.input(1).shape.size() == node.attr('kernel_shape').size() + 2",
                                 "kernel_shape must be that of the weight"),
    "crd-static": ("node.attr('mode', 'DCR') == 'DCR' || node.input(0).is_static", "mode CRD needs a static input shape"),
    "gridsample-coreml": ("!(node.attr('mode') in ['linear', 'bilinear'] && node.attr('padding_mode') == 'reflection' && node.attr('align_corners', 0) == 0)",
                          "linear with reflection padding needs align_corners 1"),
    "tensor-indices": ("node.input(1).rank > 0", "scalar indices are refused"),
    "no-start-end": ("!node.has_attr('start') && !node.has_attr('end')", "the attributes start and end are refused"),
    "not-empty": ("node.output(0).shape.all(d, d > 0)", "the result must not be empty"),
    "prelu-slope": ("node.input(1).shape.all(d, d == 1) || node.input(1).rank == 3 && node.input(1).shape[1] == 1 && node.input(1).shape[2] == 1",
                    "the slope must have one element or the shape [C, 1, 1]"),
    "pads-last-two": ("node.input(1) == null || node.input(1).elements.size() <= 4 || node.input(1).elements.size() == 6 && node.input(1).elements[0] == 0 && node.input(1).elements[3] == 0 || node.input(1).elements.size() == 8 && [0, 1, 4, 5].all(i, node.input(1).elements[i] == 0)",
                      "only the last two dimensions may be padded"),
    "pads-not-negative": ("node.input(1) == null || node.input(1).elements.all(p, p >= 0)", "pads must not be negative"),
    "linear-or-floor": ("node.attr('mode') == 'linear' || node.attr('mode', 'nearest') == 'nearest' && node.attr('nearest_mode') == 'floor'",
                        "mode must be linear, or nearest with nearest_mode floor"),
    "int32-or-const-indices": ("node.input(1).dtype == 'int32' || node.const_input(1)", "indices must be constant unless they are int32"),
    "transB-or-const": ("node.attr('transB') == 1 || node.const_input(1)", "transB must be 1 when B is not constant"),
    "equal-parts": ("node.n_inputs < 2 || node.input(1) == null || node.input(1).elements.all(n, n == node.input(1).elements[0])",
                    "the parts must be equal"),
    "split-attr-equal": ("node.attr('split') == null || node.attr('split').all(n, n == node.attr('split')[0])", "the parts must be equal"),
    "weight-rank-3-4": ("node.input(1).rank in [3, 4]", "the weight must have rank 3 or 4"),
    "single-output": ("node.n_outputs == 1", "only the first output may be asked for"),
    "inference": ("node.attr('training_mode', 0) != 1", "training_mode must be 0"),
    "old-inference": ("node.attr('is_test', 0) == 1", "is_test must be 1"),
    "inference-input": ("node.input(2) == null || node.input(2).elements == [0]", "training_mode must be a false constant"),
    "p2": ("node.attr('p', 2) == 2", "p must be 2"),
    "not-wrap": ("node.attr('mode', 'constant') != 'wrap'", "mode wrap is refused"),
    "constant-mode": ("node.attr('mode', 'constant') == 'constant'", "mode must be constant"),
    "no-zero-in-shape": ("node.input(1) == null || node.input(1).elements.all(d, d != 0)", "the shape must hold no 0"),
    "nearest-linear": ("node.attr('mode', 'nearest') in ['nearest', 'linear']", "mode must be nearest or linear"),
    "stretch": ("node.attr('keep_aspect_ratio_policy', 'stretch') in [null, 'stretch']", "keep_aspect_ratio_policy must be stretch"),
    "no-antialias": ("node.attr('antialias', 0) in [null, 0]", "antialias must be 0"),
    "no-exclude-outside": ("node.attr('exclude_outside', 0) in [null, 0]", "exclude_outside must be 0"),
    "no-reduction": ("node.attr('reduction', 'none') in [null, 'none']", "reduction must be none"),
    "rnn-activations": ("node.attr('activations') == null || node.attr('activations').all(a, a in ['Relu', 'Tanh', 'Sigmoid'])",
                        "activations must be Relu, Tanh or Sigmoid"),
    "activations-shared-1": ("node.attr('direction') != 'bidirectional' || node.attr('activations') == null || node.attr('activations').size() < 2 || node.attr('activations')[0] == node.attr('activations')[1]",
                             "both directions must have the same activation"),
    "activations-shared-2": ("node.attr('direction') != 'bidirectional' || node.attr('activations') == null || node.attr('activations').size() < 4 || [0, 1].all(i, node.attr('activations')[i] == node.attr('activations')[i + 2])",
                             "both directions must have the same activations"),
    "activations-shared-3": ("node.attr('direction') != 'bidirectional' || node.attr('activations') == null || node.attr('activations').size() < 6 || [0, 1, 2].all(i, node.attr('activations')[i] == node.attr('activations')[i + 3])",
                             "both directions must have the same activations"),
    "full-sequences": ("node.input(4) == null || node.input(4).elements.all(n, n == node.input(0).shape[0])",
                       "sequence_lens must be a constant equal to the sequence's length"),
    "attention-rank-4": ("[0, 1, 2].all(i, node.input(i).rank == 4) && (node.input(3) == null || node.input(3).rank == 4)",
                         "Q, K, V and the mask must have rank 4"),
    "no-softcap": ("node.attr('softcap', 0.0) == 0.0", "softcap must be 0"),
    "qk-mode-0": ("node.attr('qk_matmul_output_mode', 0) == 0", "qk_matmul_output_mode must be 0"),
    "plain-constant": ("!node.has_attr('sparse_value') && !node.has_attr('value_string') && !node.has_attr('value_strings') && (node.output(0).dtype != 'string')",
                       "sparse and string constants are refused"),
    "even-pads": ("node.attr('pads') == null || node.attr('pads').size() == 2 && node.attr('pads')[0] == node.attr('pads')[1] || node.attr('pads').size() == 4 && node.attr('pads')[0] == node.attr('pads')[2] && node.attr('pads')[1] == node.attr('pads')[3]",
                  "begin and end pads must be equal on each axis"),
    "zero-point-0": ("node.input(2) == null || node.input(2).is_const && node.input(2).const.values.all(z, double(z) == 0.0)",
                     "the zero point must be 0"),
    "axis-dim-known": ("node.input(0).dims[node.attr('axis', -1) < 0 ? node.input(0).rank + node.attr('axis', -1) : node.attr('axis', -1)].matches('^[0-9]+$')", "the size of the axis must be known"),
    "resize-modes-trt": ("node.attr('coordinate_transformation_mode', 'half_pixel') in [null, 'half_pixel', 'pytorch_half_pixel', 'tf_half_pixel_for_nn', 'asymmetric', 'align_corners']",
                         "coordinate_transformation_mode must be half_pixel, pytorch_half_pixel, tf_half_pixel_for_nn, asymmetric or align_corners"),
    "nearest-modes-trt": ("node.attr('mode', 'nearest') != 'nearest' || node.attr('nearest_mode', 'floor') in [null, 'floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil']",
                          "nearest_mode must be floor, ceil, round_prefer_floor or round_prefer_ceil"),
    "axes-all-or-const": ("node.attr('axes') == null || node.const_input(2)", "axes with scales that are not constant must name every dimension"),
    "position-ids-int64": ("node.input(3) == null || node.input(3).dtype == 'int64'", "position_ids must be int64"),
    "real-signal": ("node.input(0).rank == 2 || node.input(0).shape[node.input(0).rank - 1] == 1", "the signal must be real"),
    "axis-minus-2": ("node.attr('axis', -2) == -2", "axis must be -2"),
    "sorted": ("node.attr('sorted', 1) in [null, 1]", "sorted must be 1"),
    "k-below-3840": ("node.attr('k') != null && node.attr('k') < 3840 || node.n_inputs > 1 && node.input(1).elements.all(k, k < 3840)", "K must be below 3840"),
    "no-new-axis": ("node.attr('new_axis', 0) == 0", "new_axis must be 0"),
    "rank-at-most-4": ("node.input(0).rank <= 4", "the input must have at most 4 dimensions"),
    "lbr-0": ("node.attr('linear_before_reset', 0) in [null, 0]", "linear_before_reset must be 0"),
    "gru-sigmoid": ("node.attr('activations') == null || node.attr('activations').all(a, a in ['Sigmoid', 'Tanh', 'Relu', 'Elu', 'HardSigmoid', 'LeakyRelu', 'Softplus', 'Softsign', 'ThresholdedRelu', 'Affine', 'ScaledTanh']) && node.attr('activations')[0] == 'Sigmoid'",
                    "the gates must be Sigmoid"),
    "lstm-sigmoid": ("node.attr('activations') == null || node.attr('activations').size() < 3 || node.attr('activations')[0] == 'Sigmoid' && node.attr('activations')[1] == node.attr('activations')[2]",
                     "the f gate must be Sigmoid and g and h must share an activation"),
    "string-cast": ("node.input(0).dtype != 'string' || node.output(0).dtype in ['float32', 'float64', 'int32', 'int64']",
                    "strings can be cast to float32, float64, int32 and int64 only"),
    "sampling-ratio": ("node.attr('sampling_ratio', 0) > 0", "sampling_ratio must be above 0"),
    "split-list": ("node.input(1) == null || node.input(1).rank > 0", "a scalar split is refused"),
    "indices-rank": ("!node.used(1) || node.input(0).rank < 4 && node.attr('storage_order', 0) == 0",
                     "the output Indices needs fewer than 4 dimensions and storage_order 0"),
    "no-downsampling-align-corners": ("node.attr('coordinate_transformation_mode') != 'align_corners' || [0, 1, 2, 3, 4].all(i, i >= node.input(0).rank || node.output(0).shape[i] >= node.input(0).shape[i])",
                                      "align_corners is refused when a dimension shrinks"),
}

# Spatial ranks: input rank 4 is two spatial dimensions.
POOL2D = (["rank:4"], None)

REDUCE = ["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
          "ReduceSum", "ReduceSumSquare"]


def each(ops, limit):
    return {op: limit for op in ops}


POOLS = each(["AveragePool", "GlobalAveragePool", "GlobalMaxPool", "MaxPool"], POOL2D)

_TRT = {
    "Attention": (["attention-rank-4", "absent:4,5,6", "unused:1,2,3", "no-softcap", "qk-mode-0"], "head counts come from dim 1 of Q and K/V"),
    "AveragePool": (["rank:4,5", "no-dilations"], None),
    "Constant": (["plain-constant"], None),
    "CumSum": (["const:1"], None),
    "DeformConv": (["rank:3,4", "even-pads"], None),
    "DequantizeLinear": (["zero-point-0"], None),
    "QuantizeLinear": (["zero-point-0"], None),
    "Dropout": (["inference-input"], None),
    "EyeLike": (["static-input"], None),
    "GRU": (["activations-shared-2"], None),
    "RNN": (["activations-shared-1"], None),
    "GridSample": (["rank:4"], None),
    "Hardmax": (["axis-dim-known"], None),
    "LSTM": (["activations-shared-3", "attr:input_forget=0", "attr:layout=0"], None),
    "LayerNormalization": (["unused:1,2"], None),
    "LpPool": (["no-dilations"], None),
    "MaxPool": (["rank:4,5", "unused:1", "no-dilations"], None),
    "OneHot": (["const:1"], None),
    **each(REDUCE, (["const:1"], None)),
    "Resize": (["nearest-linear", "resize-modes-trt", "nearest-modes-trt", "stretch", "no-antialias", "axes-all-or-const"], None),
    "RotaryEmbedding": (["position-ids-int64"], None),
    "STFT": (["const:1,2", "real-signal"], None),
    "ScatterND": (["no-reduction"], None),
    "Squeeze": (["const:1"], None),
    "Unsqueeze": (["const:1"], None),
    "TensorScatter": (["rank:4", "axis-minus-2"], None),
    "TopK": (["sorted", "k-below-3840"], None),
}

_QLINEAR_CONST = {
    "DequantizeLinear": (["const:1,2"], None), "QuantizeLinear": (["const:1,2"], None),
    "QLinearMatMul": (["const:1,2,4,5,6,7"], None), "QLinearAdd": (["const:1,2,4,5,6,7"], None),
    "QLinearSigmoid": (["const:1,2,3,4"], None), "QLinearAveragePool": (["rank:4", "const:1,2,3,4"], None),
    "QLinearConv": (["rank:4", "const:1,2,3,4,5,6,7,8"], None),
}

LIMITS = {
    "tensorrt": _TRT,
    "onnxruntime-coreml": {
        **POOLS,
        "Conv": (["rank:3,4", "const:2"], None),
        "ConvTranspose": (["const:1,2", "no-auto-pad-same", "no-output-shape", "no-output-padding", "no-kernel-shape-surprise"], None),
        "DepthToSpace": (["crd-static"], None),
        "Gemm": (["const:1"], None),
        "GridSample": (["rank:4", "gridsample-coreml"], None),
        "MatMul": ([], None),
        "Pow": (["float32-operands"], None),
        "Slice": (["const:1,2,3,4"], None),
        "Split": (["const:1"], None),
    },
    "onnxruntime-coreml-neuralnetwork": {
        **POOLS,
        "Conv": (["rank:3,4", "const:1,2"], None),
        "DepthToSpace": (["attr:mode=DCR"], None),
        "Gather": (["tensor-indices"], None),
        "Gemm": (["const:1"], None), "MatMul": (["const:1"], None),
        "Pad": (["constant-mode", "const:1,2,3", "pads-last-two"], None),
        "Pow": (["float32-operands"], None),
        "PRelu": (["const:1", "prelu-slope"], None),
        "Resize": (["rank:4", "attr:coordinate_transformation_mode=asymmetric", "linear-or-floor", "no-exclude-outside", "const:1,2,3"], None),
        "Shape": (["no-start-end"], None),
        "Slice": (["const:1,2,3,4", "not-empty"], None),
        "Split": (["const:1"], None),
    },
    "onnxruntime-nnapi": {
        **POOLS, **_QLINEAR_CONST,
        "Conv": (["rank:4", "const:1,2"], None),
        "DepthToSpace": (["attr:mode=DCR"], None),
        "Gather": (["int32-or-const-indices"], None),
        "Gemm": (["transB-or-const"], None),
        "Pad": (["constant-mode", "const:1,2", "pads-not-negative"], None),
        "Reshape": (["const:1"], None),
        "Resize": (["rank:4"], None),
        "Split": (["const:1", "equal-parts", "split-attr-equal"], None),
        "Squeeze": (["const:1"], None), "Unsqueeze": (["const:1"], None),
    },
    "onnxruntime-webnn": {
        "AveragePool": (["rank:4"], None),
        "BatchNormalization": (["inference", "single-output"], None),
        "Conv": (["rank:3,4", "weight-rank-3-4"], None), "ConvInteger": (["rank:3,4", "weight-rank-3-4"], None),
        "ConvTranspose": (["rank:3,4", "weight-rank-3-4"], None),
        "CumSum": (["const:1"], None),
        "Dropout": (["inference-input"], None),
        "Expand": (["const:1"], None),
        "GatherND": (["attr:batch_dims=0"], None),
        "GlobalAveragePool": (["rank:4"], None), "GlobalMaxPool": (["rank:4"], None),
        "GlobalLpPool": (["rank:4", "p2"], None),
        "GroupQueryAttention": (["const:6"], "past and present KV lengths must be equal"),
        "GRU": (["attr:layout=0", "no-clip", "rnn-activations", "activations-shared-2", "full-sequences"], None),
        "LpPool": (["rank:4", "p2"], None),
        "LSTM": (["attr:layout=0", "attr:input_forget=0", "no-clip", "rnn-activations", "activations-shared-3", "full-sequences"], None),
        "MatMulNBits": (["const:1,3", "absent:4", "attr:bits=4"], None),
        "MaxPool": (["rank:4", "attr:storage_order=0", "unused:1"], None),
        "MultiHeadAttention": (["absent:3,4,8,9", "unused:3"], None),
        "Pad": (["not-wrap"], None),
        **each(REDUCE, (["const:1"], None)),
        "Reshape": (["const:1", "no-zero-in-shape"], None),
        "Resize": (["rank:4", "nearest-linear", "no-antialias", "no-exclude-outside", "stretch", "const:2,3"], None),
        "ScatterElements": (["no-reduction"], None), "ScatterND": (["no-reduction"], None),
        "Slice": (["const:1,2,3,4"], None),
        "Split": (["const:1"], None),
        "Tile": (["const:1"], None),
        "Trilu": (["const:1"], None),
    },
    "onnxruntime-webgpu": {
        "Attention": (["absent:3,4"], None),
        "MultiHeadAttention": (["absent:4,5,6,7"], None),
        "Conv": (["rank-at-most-4"], None), "ConvTranspose": (["rank-at-most-4"], None),
        "Resize": (["no-downsampling-align-corners"], None),
    },
    "burn": {
        "AveragePool": (["rank:3,4"], None), "MaxPool": (["rank:3,4"], None),
        "Conv": (["rank:3,4,5"], None), "ConvTranspose": (["rank:3,4,5"], None),
    },
    "onnx-tf": {
        "BatchNormalization": (["inference"], None),
        "Cast": (["string-cast"], None), "CastLike": (["string-cast"], None),
        "ConcatFromSequence": (["no-new-axis"], None),
        "ConvTranspose": (["no-dilations", "rank-at-most-4"], None),
        "GRU": (["no-clip", "lbr-0", "gru-sigmoid"], "parameters of Elu and HardSigmoid must be the defaults"),
        "LSTM": (["lstm-sigmoid"], None),
        "MaxPool": (["indices-rank"], "the output Indices needs compatible padding"),
        "RNN": (["no-clip"], None),
        "Resize": (["rank:4"], "of opset 11 only some pairs of mode and coordinate_transformation_mode"),
        "RoiAlign": (["sampling-ratio"], None),
        "SplitToSequence": (["split-list"], None),
        "Upsample": (["rank:4"], None),
    },
}

# Conditions that hold for every row of a target.
EVERY = {
    "onnxruntime-webnn": ["static"],
    "onnxruntime-qnn": ["static"],
}

WORDS = {1: "one", 2: "two", 3: "three"}


def resolve(name):
    """(name in the file, expression, note) of a shorthand or a key of CONDITIONS."""
    if name in CONDITIONS:
        return (name,) + CONDITIONS[name]
    kind, _, rest = name.partition(":")
    key = re.sub(r"[^a-zA-Z0-9]+", "-", name)
    if kind == "const":
        at = rest.split(",")
        cel = f"node.const_input({rest})" if len(at) == 1 else f"[{', '.join(at)}].all(i, node.const_input(i))"
        return key, cel, (f"input {rest} must be constant" if len(at) == 1 else
                          f"inputs {', '.join(at[:-1])} and {at[-1]} must be constant")
    if kind == "rank":
        at = rest.split(",")
        if len(at) == 1:
            return key, f"node.input(0).rank == {rest}", f"the input must have {rest} dimensions"
        return key, f"node.input(0).rank in [{', '.join(at)}]", f"the input must have {', '.join(at[:-1])} or {at[-1]} dimensions"
    if kind == "attr":
        attr, value = rest.split("=")
        literal = value if re.fullmatch(r"-?[0-9]+", value) else f"'{value}'"
        return key, f"node.attr('{attr}', {literal}) == {literal}", f"{attr} must be {value}"
    if kind == "unused":
        at = rest.split(",")
        return (key, " && ".join(f"!node.used({i})" for i in at),
                f"output {rest} must be unused" if len(at) == 1 else f"outputs {', '.join(at)} must be unused")
    if kind == "absent":
        at = rest.split(",")
        return (key, " && ".join(f"node.input({i}) == null" for i in at),
                f"input {rest} must be left out" if len(at) == 1 else f"inputs {', '.join(at)} must be left out")
    raise KeyError(name)
