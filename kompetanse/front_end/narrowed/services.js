// What a kernel connection needs of @jupyterlab/services; its index would bring the contents, settings and terminals.
export { ServerConnection } from "@jupyterlab/services/lib/serverconnection";
export { CommsOverSubshells } from "@jupyterlab/services/lib/kernel/comm";
