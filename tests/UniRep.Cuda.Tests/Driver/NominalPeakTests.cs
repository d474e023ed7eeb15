using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Driver;

public class NominalPeakTests
{
    /// <summary>With the multiprocessors and the clock for which NVIDIA publishes a figure, the peak is that figure.</summary>
    [Theory]
    [InlineData("NVIDIA A100-SXM4-80GB", 108, 1_410_000, 312)]
    [InlineData("NVIDIA A100 80GB PCIe", 108, 1_410_000, 312)]
    [InlineData("NVIDIA A30", 56, 1_440_000, 165)]
    [InlineData("NVIDIA A10", 72, 1_695_000, 125)]
    [InlineData("NVIDIA A40", 84, 1_740_000, 149.7)]
    [InlineData("NVIDIA L4", 58, 2_040_000, 121)]
    [InlineData("NVIDIA H100 80GB HBM3", 132, 1_830_000, 989)]
    [InlineData("NVIDIA H100 PCIe", 114, 1_620_000, 756)]
    [InlineData("NVIDIA H200", 132, 1_830_000, 989)]
    [InlineData("NVIDIA GH200 480GB", 132, 1_830_000, 990)]
    public void The_peak_is_the_published_one(
        string name,
        int multiprocessors,
        int kilohertz,
        double teraflops
    ) =>
        Assert.InRange(
            NominalPeak.Of(Device(name, multiprocessors, kilohertz))!.Value,
            0.995e12 * teraflops,
            1.005e12 * teraflops
        );

    [Theory]
    [InlineData("NVIDIA H20")]
    [InlineData("NVIDIA A10G")]
    [InlineData("NVIDIA L40")]
    [InlineData("NVIDIA GeForce RTX 4090")]
    [InlineData("NVIDIA B200")]
    [InlineData("")]
    public void A_GPU_without_a_known_figure_has_no_peak(string name) =>
        Assert.Null(NominalPeak.Of(Device(name, 132, 1_980_000)));

    [Fact]
    public void A_GPU_without_a_known_clock_has_no_peak() =>
        Assert.Null(NominalPeak.Of(Device("NVIDIA H200", 132, 0)));

    [Fact]
    public void The_peak_goes_by_the_clock_that_the_driver_tells()
    {
        using var fake = FakeDriver.CreateNamed();
        var device = CudaDevices.Find(fake.Path).All[0];
        Assert.Equal(1_980_000_000, device.ClockHertz);
        Assert.Equal(132 * 1.98e9 * 4096, device.NominalPeak!.Value, 1.0);
    }

    private static DeviceProperties Device(string name, int multiprocessors, int kilohertz) =>
        new(
            0,
            0,
            name,
            new Version(9, 0),
            MemoryBytes: 1,
            multiprocessors,
            SharedBytes: 1,
            HasCooperativeLaunch: true,
            CacheBytes: 1,
            kilohertz
        );
}
