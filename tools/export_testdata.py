"""export_testdata.py: the two models of testdata/ that a real exporter wrote; for gen-testdata.py.

Narrow channels and random weights: the structure is what matters. Needs torch and onnxscript.
"""

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.transformers.fusion_gelu import FusionGelu
from onnxruntime.transformers.onnx_model import OnnxModel
from torch import nn


def randomise_norms(net):
    """As after training: fresh batch norms are equal, and the exporter shares what is equal."""
    with torch.no_grad():
        for m in net.modules():
            if isinstance(m, nn.BatchNorm2d):
                m.weight.uniform_(0.5, 1.5)
                m.bias.normal_(0, 0.1)
                m.running_mean.normal_(0, 0.1)
                m.running_var.uniform_(0.5, 1.5)


def strip_paths(m):
    """The exporter writes where the Python sources stood on the disk."""
    g = m.graph
    for items in (g.node, g.value_info, g.input, g.output, g.initializer, [g]):
        for item in items:
            keep = [p for p in item.metadata_props if not p.key.endswith("stack_trace")]
            del item.metadata_props[:]
            item.metadata_props.extend(keep)


# ---- MobileNetV2, by the exporter that stands on torch.export ----
class InvertedResidual(nn.Module):
    def __init__(self, i, o, stride, expand):
        super().__init__()
        h = i * expand
        self.conv = nn.Sequential(
            nn.Conv2d(i, h, 1, bias=False),
            nn.BatchNorm2d(h),
            nn.ReLU6(),
            nn.Conv2d(h, h, 3, stride, 1, groups=h, bias=False),
            nn.BatchNorm2d(h),
            nn.ReLU6(),
            nn.Conv2d(h, o, 1, bias=False),
            nn.BatchNorm2d(o),
        )
        self.residual = stride == 1 and i == o

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    BLOCKS = ((8, 8, 1, 2), (8, 16, 2, 4), (16, 16, 1, 4), (16, 24, 2, 4), (24, 24, 1, 4))

    def __init__(self, classes=10):
        super().__init__()
        stem = [nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6()]
        blocks = [InvertedResidual(*b) for b in self.BLOCKS]
        last = [nn.Conv2d(24, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU6()]
        self.features = nn.Sequential(*stem, *blocks, *last)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(64, classes)

    def forward(self, x):
        x = torch.flatten(self.pool(self.features(x)), 1)
        return self.classifier(self.dropout(x))


def export_mobilenet(path):
    torch.manual_seed(0)
    net = MobileNetV2().eval()
    randomise_norms(net)
    torch.onnx.export(
        net,
        (torch.randn(1, 3, 64, 64),),
        path,
        dynamo=True,
        external_data=False,
        opset_version=18,
        input_names=["image"],
        output_names=["logits"],
        dynamic_shapes=({0: "N"},),
    )
    m = onnx.load(path)
    strip_paths(m)
    onnx.save(m, path)


# ---- a one-stage detector, by the TorchScript exporter and onnxruntime.transformers ----
class NMS(torch.autograd.Function):
    @staticmethod
    def forward(ctx, boxes, scores, most, iou, score):
        return torch.tensor([[0, 0, 0], [0, 1, 1]], dtype=torch.int64)

    @staticmethod
    def symbolic(g, boxes, scores, most, iou, score):
        return g.op("NonMaxSuppression", boxes, scores, most, iou, score, center_point_box_i=0)


def cbs(i, o, k=3, stride=1):
    conv = nn.Conv2d(i, o, k, stride, k // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(o, eps=1e-3), nn.SiLU())


class Mixer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm = nn.LayerNorm(c)
        self.up = nn.Linear(c, 2 * c)
        self.act = nn.GELU()
        self.down = nn.Linear(2 * c, c)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        t = x.flatten(2).transpose(1, 2)
        t = self.drop(self.down(self.act(self.up(self.norm(t)))))
        return x + t.transpose(1, 2).reshape(x.shape)


class Detector(nn.Module):
    def __init__(self, classes=4):
        super().__init__()
        self.no = 5 + classes
        self.stem = cbs(3, 8, 3, 2)
        self.c2 = cbs(8, 16, 3, 2)
        self.c3 = nn.Sequential(cbs(16, 24, 3, 2), cbs(24, 24))
        self.c4 = nn.Sequential(cbs(24, 32, 3, 2), Mixer(32))
        self.lateral = cbs(32, 24, 1)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.fuse = cbs(48, 24)
        self.detect = nn.ModuleList([nn.Conv2d(24, self.no, 1), nn.Conv2d(32, self.no, 1)])

    def decode(self, f, conv, stride):
        h, w = f.shape[2:]
        y = conv(f).permute(0, 2, 3, 1).sigmoid()
        rows, columns = (torch.arange(n, dtype=torch.float32) for n in (h, w))
        gy, gx = torch.meshgrid(rows, columns, indexing="ij")
        xy = (y[..., :2] * 2 - 0.5 + torch.stack((gx, gy), -1)) * stride
        wh = (y[..., 2:4] * 2) ** 2 * stride * 2
        y = torch.cat((xy - wh / 2, xy + wh / 2, y[..., 4:]), -1)
        return y.reshape(1, -1, self.no)

    def forward(self, x):
        p3 = self.c3(self.c2(self.stem(x)))
        p4 = self.c4(p3)
        f3 = self.fuse(torch.cat([p3, self.up(self.lateral(p4))], 1))
        levels = zip((f3, p4), self.detect, (8.0, 16.0))
        y = torch.cat([self.decode(*level) for level in levels], 1)
        boxes, scores = y[..., :4], (y[..., 4:5] * y[..., 5:]).transpose(1, 2)
        limits = torch.tensor([100]), torch.tensor([0.45]), torch.tensor([0.25])
        selected = NMS.apply(boxes, scores, *limits)
        b, c = selected[:, 2], selected[:, 1]
        parts = boxes[0, b], scores[0, c, b].unsqueeze(1), c.unsqueeze(1).float()
        return torch.cat(parts, 1)


def export_detector(path):
    """Leaves the accidents that testdata/README.md lists, as such a chain of tools does."""
    torch.manual_seed(0)
    net = Detector()
    randomise_norms(net)
    net.eval()
    net.c4[1].drop.train()  # the accident: this block was exchanged after .eval()
    torch.onnx.export(
        net,
        (torch.randn(1, 3, 64, 64),),
        path,
        dynamo=False,
        opset_version=17,
        do_constant_folding=True,
        training=torch.onnx.TrainingMode.PRESERVE,
        input_names=["images"],
        output_names=["detections"],
        dynamic_axes={"detections": {0: "num"}},
    )
    fused = OnnxModel(onnx.load(path))
    FusionGelu(fused).apply()  # writes com.microsoft.Gelu and imports no com.microsoft
    fused.topological_sort()
    aux = np.random.default_rng(0).normal(0, 0.05, (8, 24, 1, 1)).astype(np.float32)
    fused.model.graph.initializer.append(numpy_helper.from_array(aux, "aux_head.weight"))
    onnx.save(fused.model, path)


EXPORTS = {"mobilenet-small.onnx": export_mobilenet, "detector-small.onnx": export_detector}
