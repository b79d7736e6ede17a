export default {
  serverExternalPackages: ["neural-turing-machine"],
};
