using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Driver;

public class CudaMemoryTests
{
    [Fact]
    public void Numbers_come_back_from_the_place_to_which_they_were_copied()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var memory = new DeviceMemory(context, 40);
        using var host = new PinnedMemory<int>(context, 10);
        for (var i = 0; i < 10; i++)
        {
            host.Span[i] = i;
        }

        stream.Fill(memory, 0);
        stream.Upload(host, 2, 3, memory, offset: 8);
        stream.Download(memory, 4, host, 5, 5);
        stream.Synchronize();
        Assert.Equal([0, 1, 2, 3, 4, 0, 2, 3, 4, 0], host.Span.ToArray());
    }

    [Fact]
    public void Arrays_are_copied_before_the_call_returns()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var memory = new DeviceMemory(context, 16);
        stream.Fill(memory, 0);
        stream.UploadNow<short>([1, 2, 3], memory, offset: 2);
        Assert.Equal("cuStreamSynchronize", fake.Calls[^1]);
        var back = new short[5];
        stream.DownloadNow(memory, 0, back.AsSpan());
        Assert.Equal("cuStreamSynchronize", fake.Calls[^1]);
        Assert.Equal([0, 1, 2, 3, 0], back);
    }

    [Fact]
    public void Bytes_are_set_within_rows_and_nowhere_else()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var memory = new DeviceMemory(context, 12);
        stream.Fill(memory, 0xFF);
        stream.FillRows(memory, offset: 1, pitch: 4, rowBytes: 2, rows: 3, value: 0);
        stream.Fill(memory, 11, 1, 7);
        var back = new byte[12];
        stream.DownloadNow(memory, 0, back.AsSpan());
        Assert.Equal([255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 7], back);
    }

    [Fact]
    public void A_part_outside_of_memory_is_refused_before_the_driver_is_called()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var memory = new DeviceMemory(context, 16);
        using var host = new PinnedMemory<int>(context, 4);
        var before = fake.Calls.Length;
        Action[] wrong =
        [
            () => stream.Upload(host, 0, 5, memory),
            () => stream.Upload(host, 1, 4, memory),
            () => stream.Upload(host, 0, 4, memory, offset: 4),
            () => stream.Upload(host, 0, -1, memory),
            () => stream.Download(memory, -4, host, 0, 1),
            () => stream.Download(memory, 0, host, -1, 1),
            () => stream.UploadNow<long>([1, 2, 3], memory),
            () => stream.DownloadNow(memory, 0, new long[3].AsSpan()),
            () => stream.Fill(memory, 8, 9, 0),
            () => stream.FillRows(memory, 0, pitch: 8, rowBytes: 4, rows: 3, value: 0),
            () => stream.FillRows(memory, 0, pitch: 2, rowBytes: 4, rows: 1, value: 0),
            () => _ = new DeviceMemory(context, 0),
            () => _ = new PinnedMemory<int>(context, -1),
        ];
        Assert.All(wrong, action => Assert.Throws<ArgumentOutOfRangeException>(action));
        Assert.Equal(before, fake.Calls.Length);
    }

    [Fact]
    public void The_free_memory_is_what_the_driver_says()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        Assert.Equal((700L << 20, 80L << 30), context.Memory());
    }
}
