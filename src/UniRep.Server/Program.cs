using System.Reflection;
using UniRep.Server.Hosting;

return await StandaloneServer.RunAsync(
    args,
    Assembly
        .GetExecutingAssembly()
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0]
);
