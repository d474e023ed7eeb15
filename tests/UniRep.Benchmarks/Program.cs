using BenchmarkDotNet.Running;
using UniRep.Benchmarks;
using UniRep.Benchmarks.Serving;
using UniRep.Compute;

// shares [units] [layers] [instruction set] [lanes] [threads] [precision]: runs compared with the limits of the machine
// kernels [depth] [instruction set] [precision] [columns of a strip]...: the matrix product alone, layouts compared
// lanes UNITS LAYERS SET LANES...: numbers of lanes compared, on the lengths of a proteome
// training [units] [layers] [sequences] [tokens of each] [threads]: steps of training, compared with PyTorch
// load [units] [layers] [threads] [busy processes] [rounds]: one sequence on several threads and on one, while cores are busy
// continuous [units] [layers] [sequences] [rounds] [threads]: a continuous run compared with a run over the same sequences
// stepwise [units] [layers] [sequences] [rounds] [threads]: sequences that are decided while they run, compared with a run
// precision MODEL [FASTA] [sequences] [rounds]: errors and speed of each precision, as rows of a table
// serve throughput|latency|long|overload|soak|fuzz|drain [--option value]...: the web service under load (docs/deploying.md)
// anything else: arguments of BenchmarkDotNet
if (args is ["serve", ..])
{
    await ServeCommands.RunAsync(args[1..]);
    return;
}

if (
    args
    is not [
        "shares"
        or "kernels"
        or "lanes"
        or "training"
        or "load"
        or "precision"
        or "continuous"
        or "stepwise",
        ..,
    ]
)
{
    BenchmarkSwitcher.FromAssembly(typeof(EngineBenchmarks).Assembly).Run(args);
    return;
}

int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at]) : otherwise;
InstructionSet Set(int at) =>
    args.Length > at ? Enum.Parse<InstructionSet>(args[at]) : MlstmEngine.Supported[^1];
Precision Form(int at) => args.Length > at ? Enum.Parse<Precision>(args[at]) : Precision.Exact;
if (args[0] == "kernels")
{
    KernelThroughput.Print(Number(1, 1900), Set(2), Form(3), [.. args.Skip(4).Select(int.Parse)]);
}
else if (args[0] == "lanes")
{
    LanesThroughput.Print(
        Number(1, 1900),
        Number(2, 1),
        Set(3),
        args.Length > 4 ? [.. args.Skip(4).Select(int.Parse)] : [48, 96]
    );
}
else if (args[0] == "precision")
{
    if (args.Length < 2)
    {
        Console.Error.WriteLine("precision MODEL [FASTA] [sequences] [rounds]");
        Environment.ExitCode = 2;
        return;
    }

    PrecisionTable.Print(
        args[1],
        args.Length > 2 ? args[2] : "samples/famous.fasta",
        Number(3, 200),
        Number(4, 3)
    );
}
else if (args[0] == "load")
{
    BusyMachineThroughput.Print(
        Number(1, 256),
        Number(2, 4),
        Number(3, 0),
        Number(4, 2),
        Number(5, 15)
    );
}
else if (args[0] == "continuous")
{
    await ContinuousThroughput.Print(
        Number(1, 256),
        Number(2, 4),
        Number(3, 1_000),
        Number(4, 5),
        Number(5, 0)
    );
}
else if (args[0] == "stepwise")
{
    StepwiseThroughput.Print(
        Number(1, 256),
        Number(2, 1),
        Number(3, 1_000),
        Number(4, 5),
        Number(5, 0)
    );
}
else if (args[0] == "training")
{
    TrainingThroughput.Print(
        Number(1, 1900),
        Number(2, 1),
        Number(3, 32),
        Number(4, 128),
        Number(5, 0)
    );
}
else
{
    EngineThroughput.Print(
        Number(1, 1900),
        Number(2, 1),
        Set(3),
        Number(4, 0),
        Number(5, 0),
        Form(6)
    );
}
