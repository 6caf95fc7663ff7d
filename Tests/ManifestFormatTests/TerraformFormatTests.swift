import ManifestFormat
import TestSupport
import Testing

@Suite struct TerraformFormatTests {
    static let samples = [
        Sample(
            "terraform", path: "environments/prod/main.tfvars",
            """
            # The web shop.
            region         = "eu-central-1"
            replicas       = 3
            web_image      = "registry.test/web:1.2.3@\(pin("a"))" // kept
            api_image_tag  = "v2.0.0"
            image_tag      = "1.10"   # of the chart's own image
            engine_version = "15.4"

            worker_image     = "registry.test/worker"
            worker_image_tag = "7e12345"

            image = {
              repository = "registry.test/shop"
              tag        = "1.0"
            }
            flow = { image = { repository = "registry.test/flow", tag = "2", digest = "\(pin("b"))" } }
            sidecar_images = {
              proxy  = "registry.test/proxy:1",
              "logs" = "registry.test/logs:2"
            }
            services = [
              { name = "a", image = "registry.test/a:1" },
              { name = "b", image = { repository = "registry.test/b", tag = "1" } },
            ]
            """),
        Sample(
            "terraform-json", path: "environments/prod/main.tfvars.json",
            """
            {
              "web_image": "registry.test/web:1.2.3",
              "image_tag": 1.10,
              "image": {"repository": "registry.test/shop", "tag": "1.0"},
              "sizes": [1, 2], "none": null
            }
            """),
    ]

    private static let odd = [
        Sample(
            "terraform-expressions", path: "environments/prod/main.tfvars",
            """
            web_image = "${var.registry}/web:1.2.3"
            api_image = "registry.test/api:1"
            image_tag = var.tag
            policy    = <<-EOT
              image: registry.test/no:1
            EOT
            image     = { repository = "registry.test/shop", tag = local.tag }
            count     = 1 + 2
            empty_image_tag = ""
            null_image_tag = null
            """),
        Sample("terraform-block", path: "environments/prod/main.tfvars", "a = 1\nresource \"x\" \"y\" {\n}\n"),
        Sample("terraform-bad-json", path: "environments/prod/main.tfvars.json", "{\n  \"image_tag\": '1'\n}\n"),
        Sample("terraform-bad-image", path: "environments/prod/main.tfvars", "a = 1\nb_image = \"r/a:1:2@sha256:0\"\n"),
        Sample("terraform-elsewhere", path: "environments/prod/main.tf", "web_image = \"registry.test/web:1\"\n"),
    ]

    @Test(arguments: samples + odd)
    func `variables that hold images are declared`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }
}
