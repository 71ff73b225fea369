#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Imported trees beside several versions of XGBoost, each in its own environment below DIR:
# xgboost_versions.sh DIR FOREST_ROWS [TELCO.csv [ROWS]]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
shift
failed=0
for packages in 'xgboost==1.7.6 numpy<2 scipy' 'xgboost-cpu==2.1.4 numpy scipy' 'xgboost-cpu==3.2.0 numpy scipy'; do
    place=$dir/$(cut -d' ' -f1 <<<"$packages" | tr -c 'a-z0-9.\n' -)
    if [ ! -e "$place/ready" ]; then
        python3 -m venv --clear "$place"
        # shellcheck disable=SC2086
        "$place/bin/pip" install --quiet --disable-pip-version-check $packages
        touch "$place/ready"
    fi
    "$place/bin/python" "$here/xgboost_forest.py" "$@" || failed=1
done
exit $failed
