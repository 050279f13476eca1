"""onnxruntime-cpu: what its kernels demand beyond the types of the registry, and what it tolerates.

WHEN: conditions on a node without which creating a session fails: what a kernel's constructor enforces, or what the
function body that stands in for a kernel needs. Each was found in onnxruntime's sources (the file is named) and tried
with a model of one node. TYPES: element types that run by expanding the function body where no kernel takes them, and
those that a body does not run with; both were tried. TOLERATES: findings of onnxlint that say what ONNX forbids, and
with which sessions are created and run all the same; each was tried.
"""


def positive(name):
    return f"!node.has_attr('{name}') || node.attr('{name}') > 0.0"


def flag(name):
    return f"node.attr('{name}') in [null, 0, 1]"


BOTH = "node.attr('direction') == 'bidirectional'"
RNN_NAMES = ("Relu", "Tanh", "Sigmoid", "Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu",
             "Softsign", "Softplus")
RESIZE = "node.attr('mode', 'nearest')"


def in_list(words):
    return "[" + ", ".join(f"'{w}'" for w in words) + "]"


def activations(n):
    return (f"!node.has_attr('activations') || node.attr('activations').size() == 0 || "
            f"node.attr('activations').size() == ({BOTH} ? {2 * n} : {n})")


def inline(*inputs):
    at = ", ".join(map(str, inputs))
    return (f"[{at}].all(i, node.input(i) == null || node.input(i).tensor == null || !node.input(i).tensor.external || node.input(i).is_overridable)",
            "shape inference reads this operand when the model is loaded, and refuses one whose data is in another file")


# name: (expression, in words)
CONDITIONS = {
    # tried with a model of one node for each operator
    "inline-0": inline(0), "inline-1": inline(1), "inline-0-1-2": inline(0, 1, 2), "inline-1-2-3-4": inline(1, 2, 3, 4),
    "inline-2-3": inline(2, 3),
    # core/graph/contrib_ops: this version, unlike the one of onnxruntime's own, checks attributes
    "layer-norm-attributes": ("node.attrs.all(a, a.name in ['axis', 'epsilon', 'stash_type'])",
                              "an attribute that the operator does not have"),
    "half-in": ("node.output(0).dtype != 'float16' || node.input(0) != null && node.input(0).dtype == 'float16'",
                "there is no kernel for float16; a float16 output is made by Casts only where the input is float16 too"),
    # core/providers/cpu/rnn: lstm_base.h, deep_cpu_gru.h, rnn.h, rnn_helpers.cc
    "layout-0": ("node.attr('layout') in [null, 0]", "layout 1 is not supported"),
    "clip-positive": (positive("clip"), "clip must be greater than 0; leave it out for none"),
    "hidden-size": ("node.has_attr('hidden_size') && node.attr('hidden_size') > 0",
                    "hidden_size must be given and greater than 0"),
    "rnn-hidden-size": ("node.has_attr('hidden_size')", "hidden_size must be given"),
    "activations-3": (activations(3), "activations must be three a direction"),
    "activations-2": (activations(2), "activations must be two a direction"),
    "activation-names": ("!node.has_attr('activations') || node.attr('activations').all(a, a.lowerAscii() in "
                         + in_list(w.lower() for w in RNN_NAMES) + ")",
                         "activations must be among those that the operator names"),
    "rnn-activations": ("!node.has_attr('activations') || node.attr('activations').size() == (" + BOTH + " ? 2 : 1) || "
                        "node.attr('activations').size() == 2", "activations must be one a direction"),
    "rnn-activation-names": ("!node.has_attr('activations') || node.attr('activations').all(a, a in " + in_list(RNN_NAMES)
                             + ")", "activations must be among those that the operator names, with their capitals"),
    # core/providers/cpu/math: element_wise_ops.cc, cumsum.cc, cumprod.cc, clip.h, top_k.cc
    "fmod-flag": (flag("fmod"), "fmod must be 0 or 1"),
    "exclusive-flag": (flag("exclusive"), "exclusive must be 0 or 1"),
    "reverse-flag": (flag("reverse"), "reverse must be 0 or 1"),
    "min-max": ("!node.has_attr('min') || !node.has_attr('max') || node.attr('min') <= node.attr('max')",
                "min must not be greater than max"),
    "k-positive": ("!node.has_attr('k') || node.attr('k') > 0", "k must be greater than 0"),
    # core/providers/cpu/nn: lp_norm.h, lrn.h, tfidfvectorizer.cc, batch_norm.h, roi_pool.h, conv_attributes.h,
    # pool_attributes.h, unpool.h
    "p-1-2": ("node.attr('p', 2) in [1, 2]", "p must be 1 or 2"),
    "lrn-size": ("!node.has_attr('size') || node.attr('size') > 0 && node.attr('size') % 2 == 1",
                 "size must be odd and greater than 0"),
    "alpha-positive": (positive("alpha"), "alpha must be greater than 0"),
    "beta-positive": (positive("beta"), "beta must be greater than 0"),
    "spatial-scale": (positive("spatial_scale"), "spatial_scale must be greater than 0"),
    "grams": ("node.attr('min_gram_length') > 0 && node.attr('max_gram_length') >= node.attr('min_gram_length') && "
              "node.attr('max_gram_length') <= node.attr('ngram_counts').size()",
              "0 < min_gram_length <= max_gram_length <= the number of ngram_counts"),
    "skips": ("node.attr('max_skip_count') >= 0", "max_skip_count must not be negative"),
    "ngram-indexes": ("node.attr('ngram_indexes').size() > 0 && node.attr('ngram_indexes').all(i, i >= 0)",
                      "ngram_indexes must be given, none negative"),
    "ngram-weights": ("!node.has_attr('weights') || node.attr('weights').size() == 0 || "
                      "node.attr('weights').size() == node.attr('ngram_indexes').size()",
                      "weights must be as many as ngram_indexes"),
    "pool": ("node.has_attr('pool_strings') && node.attr('pool_strings').size() > 0 || "
             "!node.has_attr('pool_strings') && node.has_attr('pool_int64s') && node.attr('pool_int64s').size() > 0",
             "pool_strings or pool_int64s must be given and not empty"),
    "inference": ("node.attr('training_mode') in [null, 0]", "training_mode must be 0: the package is not built for it"),
    "pads-or-auto": ("!node.has_attr('pads') || node.attr('auto_pad') in [null, '', 'NOTSET']",
                     "pads and auto_pad exclude each other"),
    "pads-below-kernel": ("!node.has_attr('pads') || node.attr('pads').size() != 2 * node.attr('kernel_shape').size() || "
                          "!(node.attr('auto_pad') in [null, '', 'NOTSET']) || "
                          "[0, 1, 2, 3, 4, 5].all(i, i >= node.attr('pads').size() || "
                          "node.attr('pads')[i] < node.attr('kernel_shape')[i % node.attr('kernel_shape').size()])",
                          "pads must be smaller than the kernel"),
    # core/providers/cpu/tensor: cast_op.cc, upsamplebase.h, reverse_sequence.h, split.h
    "saturate-float8": ("!node.has_attr('saturate') || node.attr('saturate') != 0 || node.output(0).dtype.startsWith('float8')",
                        "saturate is for casts to float8 only"),
    "round-mode-e8m0": ("node.attr('round_mode') in [null, 'up'] || node.output(0).dtype == 'float8e8m0'",
                        "round_mode is for casts to float8e8m0 only"),
    "antialias": (f"node.attr('antialias') in [null, 0] || {RESIZE} in ['linear', 'cubic']",
                  "antialias needs mode linear or cubic"),
    "exclude-outside": ("!node.has_attr('exclude_outside') || node.attr('exclude_outside') == 0 || "
                        f"{RESIZE} == 'cubic' || {RESIZE} == 'linear' && !(node.attr('antialias') in [null, 0])",
                        "exclude_outside needs mode cubic, or linear with antialias"),
    "resize-words": ("node.attr('mode') in [null, 'nearest', 'linear', 'cubic'] && "
                     "node.attr('coordinate_transformation_mode') in [null, 'half_pixel', 'half_pixel_symmetric', "
                     "'pytorch_half_pixel', 'align_corners', 'asymmetric', 'tf_half_pixel_for_nn', 'tf_crop_and_resize'] && "
                     "(node.attr('mode', 'nearest') != 'nearest' || node.attr('nearest_mode') in [null, '', 'round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']) && "
                     "node.attr('keep_aspect_ratio_policy') in [null, 'stretch', 'not_larger', 'not_smaller']",
                     "mode, coordinate_transformation_mode, nearest_mode and keep_aspect_ratio_policy are each one of a set of words"),
    "batch-time": ("node.attr('batch_axis', 1) < 2 && node.attr('time_axis', 0) < 2 && "
                   "node.attr('batch_axis', 1) != node.attr('time_axis', 0)",
                   "batch_axis and time_axis must be 0 and 1, or 1 and 0"),
    # core/providers/cpu: llm/attention.cc, controlflow/scan_utils.cc, object_detection, text, ml
    "attention-scale": ("!node.has_attr('scale') || node.attr('scale') > 0.0", "scale must be greater than 0"),
    "attention-types": ("node.input(0).dtype == node.input(2).dtype", "Q, K and V must be of one element type"),
    "softmax-precision": ("!node.has_attr('softmax_precision') || node.attr('softmax_precision') in [1, 10, 11, 16]",
                          "softmax_precision must be 1, 10, 11 or 16, for which the function body can be made"),
    "no-gap-first": ("node.n_inputs == 0 || node.input(0) != null", "the first input may not be left out: its type is asked for"),
    "no-gaps": ("node.inputs.all(v, v != null)", "no input may be left out: each one's type is asked for"),
    "rms-types": ("node.input(0).dtype == node.input(1).dtype", "input and scale must be of one element type"),
    "scan-directions": ("['scan_input_directions', 'scan_output_directions', 'directions'].all(a, !node.has_attr(a) || "
                        "node.attr(a).all(d, d == 0 || d == 1))", "directions must be 0 or 1"),
    "scan-direction-count": ("!node.has_attr('scan_input_directions') || node.attr('scan_input_directions').size() == "
                             "node.attr('num_scan_inputs')", "there must be one direction for each scan input"),
    "center-point": (flag("center_point_box"), "center_point_box must be 0 or 1"),
    "sampling-ratio": ("node.attr('sampling_ratio', 0) >= 0", "sampling_ratio must not be negative"),
    "roi-mode": ("node.attr('mode') in [null, 'avg', 'max']", "mode must be avg or max"),
    # text/string_normalizer.cc. Which locales a machine has is not known: the last term never is either
    "locale": ("node.attr('is_case_sensitive', 0) == 1 && node.attr('case_change_action', 'NONE') == 'NONE' || "
               "node.attr('locale') in ['C', 'POSIX'] || node.input(0).elements.size() < 0",
               "the locale (en_US.UTF-8 unless the node names one) must be installed on the machine; images without locales lack it"),
    "some-coefficients": ("node.has_attr('coefficients') && node.attr('coefficients').size() > 0",
                          "coefficients must be given"),
    "scale-offset": ("node.has_attr('scale') && node.has_attr('offset') && "
                     "node.attr('scale').size() == node.attr('offset').size() && node.attr('scale').size() > 0",
                     "scale and offset must be given, with as many numbers each"),
    "one-of-labels": ("(node.has_attr('classlabels_strings') && node.attr('classlabels_strings').size() > 0) != "
                      "(node.has_attr('classlabels_int64s') && node.attr('classlabels_int64s').size() > 0)",
                      "exactly one of classlabels_strings and classlabels_int64s must be given"),
    "n-targets": ("node.attr('n_targets', 1) > 0", "n_targets must be greater than 0"),
    # contrib_ops/cpu
    "num-heads": ("node.has_attr('num_heads') && node.attr('num_heads') > 0", "num_heads must be given and greater than 0"),
    "kv-num-heads": ("node.has_attr('kv_num_heads') && node.attr('kv_num_heads') > 0",
                     "kv_num_heads must be given and greater than 0"),
    "epsilon": ("!node.has_attr('epsilon') || node.attr('epsilon') >= 0.0", "epsilon must not be negative"),
    "nbits": ("node.attr('bits', 4) in [2, 4, 8]", "bits must be 2, 4 or 8"),
    "gather-bits": ("node.attr('bits', 4) in [4, 8]", "bits must be 4 or 8"),
    "gather-block": ("node.attr('block_size', 128) in [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]",
                     "block_size must be a power of 2, 16 or more"),
    "block-power-of-2": ("node.attr('block_size') in [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]",
                         "block_size must be a power of 2, 16 or more"),
    "bnb4-type": ("node.attr('quant_type') in [0, 1]", "quant_type must be 0 (FP4) or 1 (NF4)"),
    "expert-bits": ("node.attr('expert_weight_bits', 4) in [4, 8]", "expert_weight_bits must be 4 or 8"),
    "rotary-heads": ("node.attr('rotary_embedding_dim', 0) <= 0 || node.attr('num_heads', 0) > 0",
                     "num_heads must be given with rotary_embedding_dim"),
    "ngram-size": ("node.attr('ngram_size') > 0", "ngram_size must be greater than 0"),
    # function bodies of onnx, as onnxruntime expands them
    "group-norm-float": ("node.attr('stash_type', 1) in [1, 10, 11]",
                         "stash_type must be 1, 10 or 11, for which the function body can be made"),
}

CELL = ["layout-0", "clip-positive", "hidden-size", "activation-names"]
CAST = ["saturate-float8", "round-mode-e8m0"]
POOL = ["pads-below-kernel"]

# (domain, operators, operator versions or None = all): conditions
WHEN = [
    ("", ["LSTM"], None, [*CELL, "activations-3"]),
    ("", ["GRU"], None, [*CELL, "activations-2"]),
    ("", ["RNN"], None, ["layout-0", "rnn-hidden-size", "rnn-activations", "rnn-activation-names"]),
    ("", ["Mod"], None, ["fmod-flag"]),
    ("", ["CumSum", "CumProd"], None, ["exclusive-flag", "reverse-flag"]),
    ("", ["Clip"], [6], ["min-max"]),
    ("", ["TopK"], [1], ["k-positive"]),
    ("", ["LpNormalization"], None, ["p-1-2"]),
    ("", ["LRN"], None, ["lrn-size", "alpha-positive", "beta-positive"]),
    ("", ["MaxRoiPool"], None, ["spatial-scale"]),
    ("", ["TfIdfVectorizer"], None, ["grams", "skips", "ngram-indexes", "ngram-weights", "pool"]),
    ("", ["MaxPool", "AveragePool", "LpPool"], None, POOL),
    ("", ["Conv", "ConvTranspose"], None, ["pads-or-auto"]),
    ("", ["Cast"], None, CAST),
    ("", ["CastLike"], None, ["saturate-float8"]),
    ("", ["Resize"], None, ["antialias", "exclude-outside", "resize-words"]),
    ("", ["ReverseSequence"], None, ["batch-time"]),
    ("", ["Attention"], [23, 24], ["attention-scale", "attention-types"]),
    ("", ["Attention"], [25], ["attention-types", "softmax-precision"]),
    ("", ["Max", "Min", "Mean", "Sum", "Einsum", "Concat", "SequenceConstruct"], None, ["no-gap-first"]),
    ("", ["Scan"], [9, 11, 16, 19, 21, 23, 24, 25], ["no-gaps"]),
    ("", ["ConstantOfShape"], None, ["inline-0"]),
    ("", ["Reshape", "Expand", "Tile", "Pad", "TopK", "Unsqueeze", "Squeeze", "Split", "OneHot", "CenterCropPad", "Upsample",
          "ReduceSum", "ReduceMax", "ReduceMin", "ReduceMean", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum",
          "ReduceLogSumExp", "ReduceSumSquare"], None, ["inline-1"]),
    ("", ["Slice"], None, ["inline-1-2-3-4"]),
    ("", ["Resize"], None, ["inline-2-3"]),
    ("", ["Range"], None, ["inline-0-1-2"]),
    ("", ["LayerNormalization"], [17], ["layer-norm-attributes"]),
    ("", ["RMSNormalization"], [23], ["rms-types"]),
    ("", ["Scan"], None, ["scan-directions"]),
    ("", ["Scan"], [9, 11, 16, 19, 21, 23, 24, 25], ["scan-direction-count"]),
    ("", ["NonMaxSuppression"], None, ["center-point"]),
    ("", ["RoiAlign"], None, ["sampling-ratio", "roi-mode"]),
    ("", ["GroupNormalization"], [21], ["group-norm-float"]),
    ("", ["StringNormalizer"], None, ["locale"]),
    ("ai.onnx.ml", ["LinearClassifier", "LinearRegressor", "SVMClassifier", "SVMRegressor"], None, ["some-coefficients"]),
    ("ai.onnx.ml", ["Scaler"], None, ["scale-offset"]),
    ("ai.onnx.ml", ["ZipMap"], None, ["one-of-labels"]),
    ("ai.onnx.ml", ["TreeEnsemble", "TreeEnsembleRegressor"], None, ["n-targets"]),
    ("com.microsoft", ["Attention", "MultiHeadAttention", "GroupQueryAttention", "DecoderMaskedMultiHeadAttention",
                       "QAttention", "SparseAttention", "DecoderMaskedSelfAttention"], None, ["num-heads"]),
    ("com.microsoft", ["GroupQueryAttention", "SparseAttention"], None, ["kv-num-heads"]),
    ("com.microsoft", ["SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "EmbedLayerNormalization"], None,
     ["epsilon"]),
    ("com.microsoft", ["MatMulNBits"], None, ["nbits", "block-power-of-2"]),
    ("com.microsoft", ["GatherBlockQuantized"], None, ["gather-bits", "gather-block"]),
    ("com.microsoft", ["MatMulBnb4"], None, ["bnb4-type"]),
    ("com.microsoft", ["QMoE"], None, ["expert-bits"]),
    ("com.microsoft", ["RotaryEmbedding"], None, ["rotary-heads"]),
    ("com.microsoft", ["NGramRepeatBlock"], None, ["ngram-size"]),
]

# (operator, version): {type variable: more types, by the function body}
MORE = {
    ("Attention", 23): {"U": "bfloat16 double int8 uint8 int16 uint16 int32 uint32 int64 uint64"},
    ("Attention", 24): {"U": "bfloat16 double int8 uint8 int32 uint32 int64 uint64"},
    ("Clip", 13): {"T": "bfloat16 int16 uint16"},
    ("DepthToSpace", 28): {"T": "bfloat16 bool int16 int32 int64 string uint16 uint32 uint64"},
    ("SpaceToDepth", 28): {"T": "bfloat16 bool int16 int32 int64 string uint16 uint32 uint64"},
    ("Gelu", 20): {"T": "double"},
    ("LeakyRelu", 16): {"T": "double"},
    ("PRelu", 16): {"T": "int32 int64 uint32 uint64"},
    ("Range", 27): {"T": "bfloat16"},
    ("ReduceLogSumExp", 18): {"T": "bfloat16 uint32 uint64"},
    # folded when the shape is known: no kernel runs
    ("Shape", 21): {"T": "int4 uint4"},
    ("Shape", 23): {"T": "int4 uint4 float4e2m1"},
    ("Shape", 24): {"T": "int4 uint4 float4e2m1 float8e8m0"},
    ("Shape", 25): {"T": "int4 uint4 int2 uint2 float4e2m1 float8e8m0"},
}
# (operator, version): {type variable: types of the schema that the function body, alone, does not run with}
LESS = {
    ("Attention", 25): {"U": "bfloat16 int16 uint16"},
    ("Bernoulli", 15): {"T2": "bfloat16 bool float16 int8 uint8 int16 uint16 int32 uint32 int64 uint64"},
    ("CastLike", 23): {"T1": "float4e2m1", "T2": "float4e2m1"},
    ("CastLike", 24): {"T1": "float4e2m1", "T2": "float4e2m1"},
    ("CastLike", 25): {"T1": "float4e2m1", "T2": "float4e2m1"},
    ("CastLike", 28): {"T1": "float4e2m1", "T2": "float4e2m1"},
    ("CausalConvWithState", 27): {"T": "bfloat16"},
    ("CenterCropPad", 18): {"T": "bfloat16 complex64 complex128 int16 uint16 string", "Tind": "int32"},
    ("GroupNormalization", 18): {"T": "bfloat16"},
    ("GroupNormalization", 21): {"T": "bfloat16"},
    ("HardSwish", 14): {"T": "double"},
    ("HardSwish", 22): {"T": "bfloat16"},
    ("Mish", 18): {"T": "double"},
    ("Mish", 22): {"T": "bfloat16 double"},
    ("NegativeLogLikelihoodLoss", 22): {"T": "bfloat16"},
    ("SoftmaxCrossEntropyLoss", 13): {"T": "bfloat16"},
}

# rules, where, operators, in words
TOLERATES = [
    (["graph/not-sorted"], None, [], "nodes are sorted when the model is loaded"),
    (["graph/io-without-shape", "shape/declared"], None, [],
     "a shape is inferred where none is declared; a declared one that contradicts it is warned of and left"),
    (["graph/io-without-type"], "output", [], "the type of an output is inferred"),
    (["graph/no-name", "graph/no-outputs", "model/metadata-duplicate"], None, [], "not looked at"),
    (["graph/initializer-not-input"], None, [], "an initializer need not be an input, whatever the IR version"),
    (["graph/duplicate-initializer"], None, [], "the last of the name holds, with a warning"),
    (["model/opset-duplicate"], None, [], "one of the versions holds, without a word"),
    (["domain/not-imported"], "supported", [], "its own domains count as imported in their newest version"),
    (["op/not-yet", "op/unknown", "op/deprecated"], "supported", [],
     "operators of the registry of onnxruntime run whether ONNX has them or not"),
    (["op/unknown-attribute"], "supported", ["LayerNormalization", "SimplifiedLayerNormalization"],
     "the schema of onnxruntime leaves these operators' attributes unchecked"),
    (["op/attribute-value"], "supported", ["Resize", "ScatterElements", "ScatterND", "SoftmaxCrossEntropyLoss",
                                          "NegativeLogLikelihoodLoss", "CastLike", "RoiAlign", "Gelu"],
     "the kernel has a word of an older version, or takes any for none; what it refuses is a condition of the row"),
    (["dtype/declared", "dtype/not-allowed", "dtype/bad-attribute"], None, ["Constant"],
     "a Constant becomes an initializer, whose own type holds"),
]
