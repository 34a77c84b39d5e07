provider "proxmox" {
  pm_tls_insecure = true
  pm_api_url      = "https://pve1.lab.test:8006/api2/json/"
  pm_user         = var.pm_user
  pm_password     = var.pm_password
}

resource "proxmox_vm_qemu" "node" {
  count       = 3
  name        = "k3s-${count.index}"
  target_node = "pve1"
  clone       = "debian10-cloudinit"
  cores       = 2
  memory      = 4096
}
