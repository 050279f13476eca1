/* image.h: operators on a batch of images whose channels are the second axis or the last one.
 *
 * Weights are [M, C / group, kernel...] in either layout. */
#ifndef OL_INFER_IMAGE_H
#define OL_INFER_IMAGE_H

#include "infer/nn.h"

/* Input 0: spatial axes [first, first + n) and the axis of the channels. */
struct ol_image {
	const struct ol_fact *f;
	uint32_t n, first, channel;
};

/* false when input 0 has no known rank, or one that is too small (told). */
bool ol_image_read(struct ol_op *x, bool channels_last, struct ol_image *m);

enum ol_image_check { OL_IMAGE_TRUSTED, OL_IMAGE_CHECKED };

/* Output 0 of a convolution with the weights of input kw. Checked: the channels must go with the
 * weights'. */
void ol_image_conv(struct ol_op *x, uint32_t kw, bool channels_last, enum ol_image_check check);
/* Output 0 (and outputs up to n_out of the same shape) of a pooling with attribute kernel_shape. */
void ol_image_pool(struct ol_op *x, bool channels_last, bool dilations, uint32_t n_out);
/* Output 0 of a pooling over all of the spatial axes. */
void ol_image_global_pool(struct ol_op *x, bool channels_last);

#endif
