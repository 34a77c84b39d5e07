data "aws_eks_cluster" "platform" {
  name = "platform"
}

data "aws_eks_cluster_auth" "platform" {
  name = "platform"
}

provider "kubernetes" {
  host                   = data.aws_eks_cluster.platform.endpoint
  cluster_ca_certificate = base64decode(data.aws_eks_cluster.platform.certificate_authority.0.data)
  token                  = data.aws_eks_cluster_auth.platform.token
  load_config_file       = false
}
