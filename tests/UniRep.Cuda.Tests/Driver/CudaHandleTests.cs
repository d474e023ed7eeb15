using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Driver;

public class CudaHandleTests
{
    [Fact]
    public void A_second_disposal_frees_nothing()
    {
        using var fake = FakeDriver.Create();
        var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        CudaHandle[] handles = MakeAll(context);
        foreach (var handle in handles.Concat(handles))
        {
            handle.Dispose();
        }

        context.Dispose();
        context.Dispose();
        fake.AssertClean();
        Assert.Single(fake.Calls, "cuDevicePrimaryCtxRelease_v2");
        Assert.Single(fake.Calls, "cuMemFree_v2");
    }

    [Fact]
    public void The_context_is_released_after_its_last_handle_in_any_order_of_disposal()
    {
        using var fake = FakeDriver.Create();
        var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        var handles = MakeAll(context);
        context.Dispose();
        context.Dispose();
        Assert.Equal(1, fake.Contexts);
        foreach (var handle in handles)
        {
            handle.Dispose();
        }

        fake.AssertClean();
    }

    [Fact]
    public void A_context_that_was_disposed_makes_no_new_handle()
    {
        using var fake = FakeDriver.Create();
        var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => new DeviceMemory(context, 1));
        Assert.Throws<ObjectDisposedException>(() => new CudaStream(context));
        fake.AssertClean();
    }

    [Fact]
    public void Two_contexts_of_a_device_are_independent()
    {
        using var fake = FakeDriver.Create();
        var driver = CudaDriver.Load(fake.Path);
        var first = CudaContext.Open(driver, 0);
        using (var second = CudaContext.Open(driver, 0))
        using (var memory = new DeviceMemory(second, 4))
        {
            first.Dispose();
            Assert.Equal(1, fake.Contexts);
            second.MakeCurrent();
            Assert.True(second.Memory().Free > 0);
        }

        fake.AssertClean();
    }

    [Fact]
    public void What_nothing_refers_to_is_freed()
    {
        using var fake = FakeDriver.Create();
        Lose(fake.Path);
        // A collection may have come before this one, so that fewer than six are alive now.
        Assert.Equal(6, fake.Calls.Count(IsCreation));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        fake.AssertClean();
    }

    [Fact]
    public void What_was_disposed_cannot_be_used()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        var memory = new DeviceMemory(context, 4);
        var host = new PinnedMemory<int>(context, 1);
        var module = new CudaModule(context, "fatbin"u8);
        var function = module.Function("args");
        memory.Dispose();
        host.Dispose();
        module.Dispose();
        var before = fake.Calls.Length;
        Assert.Throws<ObjectDisposedException>(() => memory.Address);
        Assert.Throws<ObjectDisposedException>(() => host.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => function.Launch(stream, 1, 1, 32, 0, []));
        Assert.Throws<ObjectDisposedException>(() => function.Registers);
        Assert.Equal(before, fake.Calls.Length);
    }

    [Fact]
    public void A_thread_works_once_it_has_made_the_context_current()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        var without = OnAnotherThread(stream.Synchronize);
        Assert.Equal("CUDA_ERROR_INVALID_CONTEXT", Assert.IsType<CudaException>(without).Name);
        var with = OnAnotherThread(() =>
        {
            context.MakeCurrent();
            stream.Synchronize();
        });
        Assert.Null(with);
    }

    [Fact]
    public void A_thread_that_did_not_make_the_context_current_can_dispose()
    {
        using var fake = FakeDriver.Create();
        var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        var handles = MakeAll(context);
        var error = OnAnotherThread(() =>
        {
            Array.ForEach(handles, handle => handle.Dispose());
            context.Dispose();
        });
        Assert.Null(error);
        fake.AssertClean();
    }

    [Fact]
    public void Streams_do_not_wait_for_the_default_stream_and_events_note_times_only_if_asked()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var plain = new CudaEvent(context);
        using var timed = new CudaEvent(context, isTimed: true);
        using var blocking = new CudaEvent(context, isBlocking: true);
        Assert.Contains("cuStreamCreate flags 1", fake.Log);
        Assert.Equal(
            ["cuEventCreate flags 2", "cuEventCreate flags 0", "cuEventCreate flags 3"],
            fake.Log.Where(line => line.StartsWith("cuEventCreate", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Two_timed_events_give_the_time_between_them()
    {
        using var fake = FakeDriver.Create();
        using var context = CudaContext.Open(CudaDriver.Load(fake.Path), 0);
        using var stream = new CudaStream(context);
        using var start = new CudaEvent(context, isTimed: true);
        using var end = new CudaEvent(context, isTimed: true);
        start.Record(stream);
        end.Record(stream);
        end.Record(stream);
        Assert.Equal(1f, end.MillisecondsSince(start));
    }

    private static CudaHandle[] MakeAll(CudaContext context) =>
        [
            new DeviceMemory(context, 100),
            new PinnedMemory<int>(context, 100),
            new CudaStream(context),
            new CudaEvent(context),
            new CudaEvent(context, isTimed: true),
            new CudaModule(context, "fatbin"u8),
        ];

    private static bool IsCreation(string call) =>
        call
            is "cuMemAlloc_v2"
                or "cuMemHostAlloc"
                or "cuStreamCreate"
                or "cuEventCreate"
                or "cuModuleLoadData";

    // On a thread of its own, so that no register or slot of the stack still refers to what it made.
    private static void Lose(string path) => OnAnotherThread(() => MakeAndForget(path));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(string path) =>
        _ = MakeAll(CudaContext.Open(CudaDriver.Load(path), 0));

    private static Exception? OnAnotherThread(Action work)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(work));
        thread.Start();
        thread.Join();
        return error;
    }
}
