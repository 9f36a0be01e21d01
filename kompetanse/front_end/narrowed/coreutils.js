// What a kernel connection needs of @jupyterlab/coreutils.
export { URLExt } from "@jupyterlab/coreutils/lib/url";
export { PageConfig } from "@jupyterlab/coreutils/lib/pageconfig";
