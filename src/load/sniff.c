/* sniff.c: what a file is that is no ONNX model, told by its first bytes, with the way to a model.
 *
 * None of these signatures can begin a ModelProto: read as protobuf they would be field 0, a group,
 * a wrong wire type, or a length past the file's end. */
#include "load/walk.h"

#include "util/text.h"

static const struct magic {
	uint16_t at;
	uint8_t n;
	const char *bytes;
	const char *words;
} magics[] = {
    {4, 4, "TFL3", "a TensorFlow Lite model: convert it with tflite2onnx or tf2onnx (--tflite)"},
    {4, 4, "ORTM", "an onnxruntime ORT-format model: give the ONNX model it was made from"},
    {0, 8, "\211HDF\r\n\032\n",
     "an HDF5 file (Keras or MATLAB weights): load it in its framework and export to ONNX (tf2onnx "
     "for Keras)"},
    {0, 16, "SQLite format 3\0", "an SQLite database: name the model file"},
    {0, 8, "\211PNG\r\n\032\n", "a PNG picture: name the model file"},
    {0, 3, "\377\330\377", "a JPEG picture: name the model file"},
    {0, 4, "GIF8", "a GIF picture: name the model file"},
    {0, 4, "RIFF", "a RIFF file (WebP, WAV): name the model file"},
    {0, 4, "\177ELF", "an ELF program or library: name the model file"},
    {0, 4, "\376\355\372\317", "a Mach-O program: name the model file"},
    {0, 4, "\317\372\355\376", "a Mach-O program: name the model file"},
    {0, 2, "\037\213", "a gzip file: unpack it first (gunzip)"},
    {0, 6, "\3757zXZ\0", "an xz file: unpack it first (unxz)"},
    {0, 4, "\050\265\057\375", "a Zstandard file: unpack it first (unzstd)"},
    {0, 3, "BZh", "a bzip2 file: unpack it first (bunzip2)"},
    {0, 6, "7z\274\257\047\034", "a 7-Zip archive: unpack it first"},
    {0, 4, "Rar!", "a RAR archive: unpack it first"},
    {257, 5, "ustar", "a tar archive: unpack it and name the model file in it"},
    {0, 6, "\223NUMPY", "a NumPy array (.npy): name the model file"},
    {0, 4, "GGUF", "a GGUF model (llama.cpp): give an ONNX export of the original model"},
    {0, 4, "ggml", "a GGML model (llama.cpp): give an ONNX export of the original model"},
    {0, 4, "MZ\220\0", "a Windows program: name the model file"},
    {0, 5, "%PDF-", "a PDF document: name the model file"},
    {0, 4, "PK\5\6", "an empty ZIP archive: name the model file"},
    {0, 3, "\357\273\277",
     "a file that begins with a UTF-8 byte order mark, which no ONNX model has: it was saved by "
     "a text editor or is text; get the original again"},
    {0, 2, "\377\376", "UTF-16 text: name the model file"},
    {0, 2, "\376\377", "UTF-16 text: name the model file"},
    {0, 42, "version https://git-lfs.github.com/spec/v1",
     "a Git LFS pointer, not the model itself: fetch it with 'git lfs pull'"},
};

/* What is inside a ZIP archive, as far as the first bytes show names. */
static const struct {
	const char *name, *words;
} zips[] = {
    {"data.pkl", "a PyTorch checkpoint or TorchScript file (ZIP): load it in PyTorch and export "
		 "with torch.onnx.export"},
    {"constants.pkl",
     "a TorchScript file (ZIP): load it in PyTorch and export with torch.onnx.export"},
    {"metadata.json",
     "a Keras model (.keras, ZIP): load it in Keras and export to ONNX (model.export or tf2onnx)"},
    {"config.json",
     "a Keras model (.keras, ZIP): load it in Keras and export to ONNX (model.export or tf2onnx)"},
    {".npy", "a NumPy archive (.npz, ZIP): name the model file"},
    {"Manifest.json", "a Core ML package (ZIP): give the model it was converted from"},
    {".onnx", "a ZIP archive with an ONNX model in it: unpack it first"},
    {"META-INF/", "a Java archive (ZIP): name the model file"},
};

static const struct {
	const char *prefix, *words;
} texts[] = {
    {"<!doctype html", "an HTML page, not a model: the download gave a web page (log-in, error or "
		       "preview); use the raw "
		       "download address"},
    {"<html", "an HTML page, not a model: the download gave a web page (log-in, error or preview); "
	      "use the raw download "
	      "address"},
    {"<?xml",
     "an XML file (OpenVINO IR has its model in one): give the ONNX model it was made from"},
    {"<net ", "an OpenVINO IR model: give the ONNX model it was made from"},
    {"{", "a JSON file: name the model file"},
    {"[", "a JSON file: name the model file"},
    {"#!", "a script: name the model file"},
    {"node {", "a TensorFlow GraphDef in text form: convert it with tf2onnx"},
    {"ir_version:",
     "a ModelProto in protobuf's text format: convert it with onnx.load(…, format='textproto') and "
     "onnx.save"},
    {"7767517", "an ncnn parameter file: give the ONNX model it was made from"},
};

static bool find(const uint8_t *p, size_t n, const char *what)
{
	size_t k = strlen(what);

	for (size_t i = 0; i + k <= n; i++)
		if (memcmp(p + i, what, k) == 0)
			return true;
	return false;
}

static bool starts(struct ol_str s, const char *prefix)
{
	for (size_t i = 0; prefix[i]; i++) {
		if (i >= s.n)
			return false;
		if ((s.p[i] | (s.p[i] >= 'A' && s.p[i] <= 'Z' ? 0x20 : 0)) != prefix[i])
			return false;
	}
	return true;
}

bool ol_sniff_is_text(const uint8_t *head, size_t n)
{
	size_t bad = 0;

	for (size_t i = 0; i < n; i++)
		if (head[i] < 0x20 && !(head[i] >= '\t' && head[i] <= '\r'))
			return false;
	if (n == 0 || ol_utf8_valid((struct ol_str){(const char *)head, n}, &bad))
		return n > 0;
	return bad + 4 > n && bad > 0; /* a character cut at the end of the part that was read */
}

static const char *zip(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < sizeof(zips) / sizeof(*zips); i++)
		if (find(p, n, zips[i].name))
			return zips[i].words;
	return "a ZIP archive: unpack it and name the model file in it";
}

/* Eight bytes of length, then JSON: safetensors. */
static bool is_safetensors(const uint8_t *p, size_t n, uint64_t size)
{
	uint64_t len = 0;

	if (n < 10 || p[8] != '{')
		return false;
	for (int i = 7; i >= 0; i--)
		len = len << 8 | p[i];
	return len < size && len < (uint64_t)1 << 32;
}

static bool is_pickle(const uint8_t *p, size_t n)
{
	if (n < 2 || p[0] != 0x80 || p[1] < 2 || p[1] > 5)
		return false;
	return p[1] < 4 || (n > 2 && p[2] == 0x95);
}

const char *ol_sniff(const uint8_t *head, size_t n, uint64_t size, const char *path)
{
	struct ol_str s = {(const char *)head, n};
	size_t plen = strlen(path);

	if (size == 0)
		return "an empty file: copy or download it again";
	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		const struct magic *g = &magics[i];

		if (g->words && n >= (size_t)g->at + g->n &&
		    memcmp(head + g->at, g->bytes, g->n) == 0)
			return g->words;
	}
	if (n >= 4 && memcmp(head, "PK\3\4", 4) == 0)
		return zip(head, n);
	if (is_safetensors(head, n, size))
		return "a safetensors file, which holds weights without a graph: give the ONNX "
		       "export of the model";
	if (is_pickle(head, n))
		return "a Python pickle (PyTorch, scikit-learn or joblib): load it in its "
		       "framework, if it is trusted, and "
		       "export to ONNX";
	if (!ol_sniff_is_text(head, n))
		return plen > 15 && strcmp(path + plen - 14, "saved_model.pb") == 0
			   ? "a TensorFlow SavedModel: convert its folder with tf2onnx "
			     "(--saved-model)"
			   : NULL;
	while (s.n && (*s.p == ' ' || *s.p == '\n' || *s.p == '\r' || *s.p == '\t')) {
		s.p++;
		s.n--;
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (starts(s, texts[i].prefix))
			return texts[i].words;
	return "plain text: name the model file";
}
