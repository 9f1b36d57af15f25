// The part of LibTorch that fragflow uses: tensors, differentiation, linear and normalisation
// layers. <torch/torch.h> includes everything and doubles the compile time of a file.
#pragma once

#include <torch/autograd.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/types.h>
#include <torch/utils.h>
