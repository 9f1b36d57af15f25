#!/usr/bin/env bash
# Rebuilds the generated files of data/ from their sources; `git diff data` must then be empty.
# Needs Debian's rdkit-data (or RDKIT_DATA=folder with Contrib and Data) and build/fragflow.
set -euo pipefail
cd "$(dirname "$0")/.."
rdkit=${RDKIT_DATA:-/usr/share/RDKit}
fragflow=${FRAGFLOW:-build/fragflow}

# Activities: SMILES and pIC50 of the same compounds, joined by name.
free_wilson=$rdkit/Contrib/FreeWilson/data
awk -F'[, \t\r]' '
  NR == FNR { if (FNR > 1) activity[$1] = $2; next }
  FNR == 1 { print "smiles,name,pIC50" }
  $2 in activity { print $1 "," $2 "," activity[$2] }
' "$free_wilson/CHEMBL2321810_act.csv" "$free_wilson/CHEMBL2321810.smi" > data/chembl2321810.csv

# Default vocabulary.
"$fragflow" fragments extract data/chembl2321810.csv "$rdkit/Data/NCI/first_5K.smi" \
  -o data/vocabulary.json

# Building blocks: the first 4,999 compounds of the NCI set and those of the table, as far as they are
# small and have a group that reacts. Their origins are row numbers, not a supplier's.
{ awk '{ print $1, "NCI-" $2 }' "$rdkit/Data/NCI/first_5K.smi"
  awk -F, 'NR > 1 { print $1, $2 }' data/chembl2321810.csv; } > data/blocks.tmp.smi
"$fragflow" blocks build data/blocks.tmp.smi --reactions data/reactions.json --max-atoms 13 -o data/synthons.json
rm data/blocks.tmp.smi
"$fragflow" blocks build data/blocks_small.smi --reactions data/reactions.json -o data/synthons_small.json

# Default proxy and its second opinion (docs/proxy_quality.md). Another number of threads, or OpenBLAS with
# kernels for another processor, rounds differently: the process then agrees to 13 digits, the
# networks to about 0.002 in R2, and git diff shows both files as changed.
"$fragflow" proxy train data/chembl2321810.csv --target pIC50 --model gp --threads 2 \
  -o data/proxy_default.safetensors --check data/proxy_check.safetensors
